/* Where a run's output goes: log files in a directory that the job's own account can write to, rotated by size, and the console (processes 4.7). */
#ifndef LOGS_H
#define LOGS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "spec.h"

enum { READ_SIZE = 65536 };

/* Makes and opens the log directory, following no link below the base; the last directory becomes the owner's (NULL: nobody's). -1 with errno. */
int log_directory_open(const struct log_spec *log, const struct account *owner);
/* A regular file of this name, for appending, with nobody else's name on it; emptied if asked. -1 with errno. */
int log_file_open(int directory, const char *name, bool empty);

/* One of the two outputs of a process on its way from a pipe to a file and a console. */
struct stream {
    const char *name;    /* of the log file */
    int pipe;            /* -1 at end of file */
    int directory, file; /* -1: no log file */
    int console;         /* -1: none */
    bool rotating;
    int64_t limit, position;
    uint32_t backups;
    bool complained;
    size_t length, shown; /* of the buffer: read, and already written to the console */
    uint8_t *buffer;      /* READ_SIZE */
};

/* What to wait for next. */
struct pollfd stream_wants(const struct stream *stream);
/* Does what can be done without blocking. */
void stream_pump(struct stream *stream);
/* Takes what the pipe holds now and calls that its end. */
void stream_finish(struct stream *stream);

#endif
