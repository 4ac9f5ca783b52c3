/*
 * What coordinators, which have no terminal and no reply, say to their broker, over a pipe that all of its coordinators share: what they could not do,
 * and that there is something new to read in their checkpoint.
 */
#ifndef WORD_H
#define WORD_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

enum word_kind { WORD_COMPLAINT = 0, WORD_RECORDED = 1 };

/* One message, written at once, stays whole: well below PIPE_BUF. */
struct word {
    uint32_t pid;
    uint32_t kind; /* see word_kind */
    char text[504]; /* of a complaint */
};

/* Where this process says it, a pipe that does not block; -1: complaints to what is standard error now, in plain text. */
void word_to(int fd);
/* Never blocks; with the broker gone there is nobody to complain to. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Never blocks. A broker whose JVM is behind may have no room for it: then it is due until it is said. */
void tell_recorded(void);
/* What to wait for, and then to tell again; nothing if it has been said. */
struct pollfd word_wants(void);

#endif
