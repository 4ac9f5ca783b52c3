/* Processes as /proc shows them, signalled only when proven to be the ones that were meant. */
#ifndef PROCTREE_H
#define PROCTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
    pid_t pid, parent, session;
    char state;
    char name[16];
    bool alive; /* not a zombie, or one whose other threads go on */
    bool member; /* of the tree that one looks for (tree.c); false when it comes from here */
    uint64_t start_ticks;
};

struct process_table {
    struct process *items; /* sorted by pid */
    size_t count, capacity;
    pid_t newest; /* the last number given to anybody before the look began; 0 if the kernel does not say */
};

/* To be called before anything else here, and before a chroot that has no /proc. */
void process_table_open(void);
/* What a line of /proc/<pid>/stat says, but for the pid; changes the text. */
bool process_parse(char *text, struct process *process);
/* 0, or ESRCH if there is no such process, or why it cannot be said. */
int process_read(pid_t pid, struct process *process);
/* All processes. False if the table is not all there is. */
bool process_scan(struct process_table *table);
/*
 * The root and what descends from it, as far as nothing changes in the meantime: false if anything did, if one of them is dead, or if the kernel keeps no lists of
 * children. Takes the time that the tree takes, where a scan takes that of the machine.
 */
bool process_descend(struct process_table *table, pid_t root);
/* Adds one that is not in it, if there is memory for it. */
void process_insert(struct process_table *table, const struct process *process);
/* NULL if it is not in the table. */
struct process *process_find(const struct process_table *table, pid_t pid);
void process_table_release(struct process_table *table);
/* The last number that was given to a process or thread; 0 if the kernel does not say. */
pid_t process_newest(void);

/* Does without pidfds and lists of children, as on a kernel that has none; for tests. */
void process_as_of_old(void);
/* A pidfd of exactly this process; -1 with ESRCH if it is gone or its number belongs to another, with ENOSYS on an old kernel. */
int process_open(pid_t pid, uint64_t start_ticks);
/* 0, or ESRCH if it is gone or its number belongs to another, or what the kernel said. */
int process_signal(pid_t pid, uint64_t start_ticks, int signal);

#endif
