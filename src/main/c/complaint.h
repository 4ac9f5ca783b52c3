/* Errors of coordinators, which have no terminal and no reply: one short line over a pipe that all coordinators of a broker share. */
#ifndef COMPLAINT_H
#define COMPLAINT_H

#include <stddef.h>
#include <stdint.h>

/* One message, written at once, stays whole: well below PIPE_BUF. */
struct complaint {
    uint32_t pid;
    char text[508];
};

/* Where this process complains; -1 is what is standard error now, in plain text. */
void complain_to(int fd);
/* Never blocks; with the broker gone there is nobody to complain to. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
