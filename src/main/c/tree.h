/* Signals for everything that a process started, however it forks meanwhile. */
#ifndef TREE_H
#define TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "proctree.h"

/* Which processes it is about. */
struct tree {
    pid_t root;
    uint64_t root_ticks;
    bool with_root;      /* the root itself and its session too, even if the root is dead; otherwise what descends from it */
    uint64_t born_until; /* for a dead root that nobody kept from being collected: a session of its number is its own only if one in it is no younger than this */
    pid_t strays_of;     /* if not 0: also the children of this process that is_stray says yes to, and what descends from them */
    bool (*is_stray)(const struct process *child, void *context);
    void (*reap)(void *context); /* collects exited children between two looks */
    void *context;
};

/*
 * Freezes, then SIGKILLs the tree until nothing of it is left or the bound has passed; the pids still alive (at most max of them) go to left.
 * Where the system does not let us look, the root counts as alive.
 */
size_t tree_kill(const struct tree *tree, int64_t bound_ms, pid_t *left, size_t max);
/* SIGTERM, then SIGCONT, for everything that descends from the root: all of it has the first before any of it goes on. */
void tree_terminate(const struct tree *tree);

#endif
