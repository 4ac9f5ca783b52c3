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
    bool alive; /* not a zombie, or one whose other threads go on */
    uint64_t start_ticks;
};

struct process_table {
    struct process *items; /* sorted by pid */
    size_t count, capacity;
};

/* To be called before anything else here, and before a chroot that has no /proc. */
void process_table_open(void);
/* False if there is no such process. */
bool process_read(pid_t pid, struct process *process);
void process_scan(struct process_table *table);
void process_table_release(struct process_table *table);

/* Goes back to /proc and kill(2), as on a kernel before 5.3; for tests. */
void process_without_pidfd(void);
/* A pidfd of exactly this process; -1 with ESRCH if it is gone or its number belongs to another, with ENOSYS on an old kernel. */
int process_open(pid_t pid, uint64_t start_ticks);
/* 0, or ESRCH if it is gone or its number belongs to another, or what the kernel said. */
int process_signal(pid_t pid, uint64_t start_ticks, int signal);

/* Which processes a kill is about. */
struct tree {
    pid_t root;
    uint64_t root_ticks;
    bool with_root;       /* the root itself and its session too, even if the root is dead; otherwise what descends from it */
    pid_t strays_of;      /* if not 0: also the children of this process that is_stray says yes to, and what descends from them */
    bool (*is_stray)(pid_t pid, void *context);
    void (*reap)(void *context); /* collects exited children between two looks */
    void *context;
};

/* Freezes, then SIGKILLs the tree until nothing of it is left or the bound has passed; the pids still alive (at most max of them) go to left. */
size_t tree_kill(const struct tree *tree, int64_t bound_ms, pid_t *left, size_t max);
/* Sends the signals, in turn, to everything that descends from the root. */
void tree_signal(const struct tree *tree, const int *signals, size_t count);

#endif
