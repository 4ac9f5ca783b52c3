/* Starting a plain program. */
#ifndef SPAWN_H
#define SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "account.h"
#include "frame.h"

struct program_spec {
    char **argv;
    char **environment;
    char *directory; /* empty: where we are */
    bool own_group;  /* leads a process group of its own */
    char *output;    /* a file for both outputs; empty: ours */
    int output_fd;   /* a descriptor in its place, if not 0 */
    bool dies_with_us;
    bool switches;
    struct account account;
};

bool read_program_spec(struct reader *reader, struct program_spec *spec);
void release_program_spec(struct program_spec *spec);

/* The pid of the program, which is running; or -1 with errno and what could not be done. Standard input is /dev/null. */
pid_t spawn(const struct program_spec *spec, const char **unable);

/*
 * The same for a caller who cannot wait for what may take as long as a file system likes: the pid of what is about to become the program, or -1 with errno; then,
 * once the report is readable, 0 if the program runs, or errno and what could not be done. The end closes the report.
 */
pid_t spawn_begin(const struct program_spec *spec, int *report);
int spawn_end(int report, const char **unable);
#define UNABLE_TO_FORK "make a process for"

/* Takes the variable that `launch` sets out of an environment. */
void drop_own_variable(char **environment);

#endif
