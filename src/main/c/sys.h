/* What every role needs of the system: exit codes, clocks, descriptors. */
#ifndef SYS_H
#define SYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>

/* As s6 has it: 100 for a wrong request, 111 for a system that failed; a coordinator has four more ways to end without a run. */
enum {
    EXIT_WRONG_USE = 100,
    EXIT_SYSTEM = 111,
    EXIT_BUSY = 75,       /* the checkpoint's lock is still held by an earlier run: try again later */
    EXIT_ABANDONED = 76,  /* the runner died before FORKED was written: nothing was run, nothing written */
    EXIT_SUPERSEDED = 77, /* the checkpoint already holds this run: nothing was run, nothing written */
    EXIT_NOT_YET = 78,    /* the system lacked something that it may have again: nothing was run, nothing written */
};

/* Whether the reason is that something is used up or out of order for now: processes, memory, descriptors, room on the disk, the disk. */
bool is_shortage(int error);
/* EXIT_NOT_YET or EXIT_SYSTEM. */
int exit_for(int error);

/* The variable by which `launch` tells its program the two descriptors; no process of ours hands it on. */
#define BROKER_VARIABLE "THERMOS_BROKER"

/* Ends this process, with EXIT_NOT_YET instead of EXIT_SYSTEM for a shortage; the text tells what could not be done, errno (if not 0) why. */
_Noreturn void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* An array one longer, its new element zeroed. */
void *grow(void *items, size_t count, size_t size);

int64_t monotonic_ms(void);
/* Microseconds since the epoch, truncated as the original's clock is. */
int64_t wall_us(void);
void sleep_ms(int64_t ms);

/* The descriptor moved to minimum or above with close-on-exec set; the old number is closed. */
int raise_descriptor(int fd, int minimum);
/* Closes every descriptor from minimum up, except the keeps (count of them, any order). */
void close_others(int minimum, const int *keeps, size_t count);
void set_nonblocking(int fd);
/* Puts /dev/null at the number. */
void null_descriptor(int fd);

/* Back to how a fresh program expects signals: default actions, nothing blocked. */
void reset_signals(void);
/*
 * What the resident roles do about signals: a non-blocking signalfd for SIGCHLD, SIGTERM and SIGUSR2, and no ear for what a terminal or an operator sends to
 * the whole group. The broker claims the same ones as a coordinator, so that a coordinator forked from it misses none from its first instant on.
 */
int claim_signals(void);

#endif
