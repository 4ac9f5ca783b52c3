/* The broker's children: coordinators, programs, keepers; and the strays that come to it as the nearest subreaper. */
#ifndef CHILDREN_H
#define CHILDREN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "frame.h"
#include "tree.h"

struct child {
    pid_t pid;
    bool tidy;                 /* leaves nothing behind unless it is killed */
    void (*ended)(int status); /* instead of telling the JVM; NULL: tell it */
};

/* The pipe by which a coordinator sees the JVM die. */
void children_open(int commands);

void obey_launch(uint32_t request, struct reader *reader);
void obey_run(uint32_t request, struct reader *reader);
void obey_spawn(uint32_t request, struct reader *reader);

/* One that has been forked elsewhere. */
void children_add(struct child child);
/* Makes what has lost its coordinator part of a tree that is to be killed, and collects what dies of it: nobody else would ever end it. */
void children_join(struct tree *tree);

/* What coordinators say, and keepers have found: to be polled, and passed on. */
int words_descriptor(void);
void words_pass_on(void);
int results_descriptor(void);
void results_pass_on(void);

/* Collects who has exited. */
void children_reap(void);
/* There may be more of them, of which no signal will tell. */
bool children_wait(void);
/* When to look for those that nobody looks after any more. */
int64_t children_due(void);
void children_act(int64_t now);
/* The memory, in a child. */
void children_forget(void);

#endif
