/* A short program that is run to its end for somebody who wants to know what it said: a health check, a mount. Nothing of it is left afterwards. */
#ifndef RUN_H
#define RUN_H

#include <stdint.h>

#include "spawn.h"

enum run_end { RUN_ENDED = 0, RUN_TIMED_OUT = 1, RUN_NOT_STARTED = 2 };

/* One message, written at once, stays whole: it is as long as PIPE_BUF. So all keepers of a broker share a pipe, and nothing has to be put into a file. */
enum { RUN_RESULT_SIZE = 4096, RUN_OUTPUT_MAX = RUN_RESULT_SIZE - 16 };

struct run_result {
    uint32_t keeper; /* its pid */
    uint32_t end;    /* see run_end */
    uint32_t status; /* a wait status if it ended */
    uint32_t length;
    char output[RUN_OUTPUT_MAX]; /* both outputs, the first so many bytes; or why it was not started */
};

struct run_command {
    struct program_spec program;
    uint32_t timeout; /* ms */
};

/* False if the frame does not hold a sensible command; to be released in any case. */
bool read_run_command(struct reader *reader, struct run_command *command);
void release_run_command(struct run_command *command);

/*
 * In a child of the broker, its keeper: runs the program in a session of its own, and writes one result once the program and all that it started are dead.
 * Ends everything at once when the broker dies or on SIGTERM. What could not be killed by then it goes on killing after the result.
 */
_Noreturn void run_main(struct run_command *command, int results, pid_t broker);

#endif
