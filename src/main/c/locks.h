/* flock(2), which the original uses and a JVM cannot (checkpoints 1.11). */
#ifndef LOCKS_H
#define LOCKS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What a line of /proc/locks says of a flock that somebody has. */
struct lock_line {
    pid_t holder; /* 0 or less: out of sight */
    unsigned device_major, device_minor;
    uint64_t inode;
};

/* False if it is about something else, or somebody who waits. */
bool lock_parse(const char *text, struct lock_line *line);
/* The file opened, made if need be, but not locked yet; -1 with errno. */
int lock_open(const char *path);
/* 0, or errno (EWOULDBLOCK: somebody else has it). */
int lock_try(int fd);
/* The process whose flock is on this file, as /proc/locks tells: 0 if there is none; -1 with errno if there is no such file or it cannot be found out. */
pid_t lock_holder(const char *path);

#endif
