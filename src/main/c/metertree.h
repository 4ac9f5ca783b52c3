/*
 * How much disk the files below some directories take, kept up to date by inotify: a node for each directory, and nothing for a file. A directory is told of
 * once (IN_ONESHOT) and read again when its turn comes, so that whoever writes without end costs nothing for each write.
 *
 * What is counted (health 7.10): 512 x blocks of regular files and the length of symbolic links; directories are not counted, links not followed, errors
 * are 0. A file of n names counts an n-th for each of them that is here, so once if all are. Whatever is mounted below is not entered.
 */
#ifndef METERTREE_H
#define METERTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct node;

/* One limit, and the directories it is about. */
struct subject {
    uint32_t id;
    uint64_t limit;   /* bytes */
    uint64_t used;    /* while it is walked: what has been found so far */
    bool walking;     /* everything of it is being read anew */
    bool incomplete;  /* not all of it could be read: there are more directories than can be remembered, say */
    struct node *roots;
};

/* The inotify descriptor, to be polled; -1: there is none to be had now, and all that changes is found by reading everything again. */
int tree_open(void);
/* A directory of the subject, by its absolute path. False if there is no memory for it. */
bool tree_add(struct subject *subject, const char *path);
void tree_remove(struct subject *subject);
/* Everything of the subject is to be read anew. */
void tree_walk(struct subject *subject);
/* Takes what inotify has told: true if it lost something, so that everything has to be walked. */
bool tree_take_events(void);
/* Directories of the subject for which there was no watch are to be read again. */
void tree_doubt_unwatched(const struct subject *subject);
bool tree_has_unwatched(void);
bool tree_has_work(void);
/* Reads directories for about so long, until nothing is left to be read. */
void tree_work(int64_t budget_ms);
/* Blocks in use on the file systems of the subject: if the same, nothing has grown unseen. */
uint64_t tree_fingerprint(const struct subject *subject);

#endif
