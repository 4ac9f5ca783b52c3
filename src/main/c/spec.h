/* What a coordinator is told of its run. */
#ifndef SPEC_H
#define SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account.h"
#include "frame.h"

enum switch_time { SWITCH_NEVER = 0, SWITCH_BEFORE_SPAWN = 1, SWITCH_AFTER_SPAWN = 2 };
enum log_destination { LOG_FILE = 0, LOG_CONSOLE = 1, LOG_BOTH = 2, LOG_NONE = 3 };

struct log_spec {
    char *base;        /* an existing directory that only trusted accounts can replace */
    char **components; /* directories below it, one name each, walked without following links */
    size_t component_count;
    enum log_destination destination;
    bool rotating;
    int64_t limit;     /* bytes */
    uint32_t backups;
};

struct run_spec {
    char *checkpoint;  /* path */
    char *process;
    int64_t seq;       /* of the run's WAITING record */
    char **argv;
    char *directory;   /* where the command starts, or what is chrooted into; empty: where we are */
    bool chroot;
    enum switch_time switch_time;
    struct account account;
    char **environment; /* with a free slot at its end */
    size_t environment_count;
    char *profile;      /* if this exists when the process starts ... */
    char *profile_name; /* ... BASH_ENV is this */
    struct log_spec log;
    bool inherit_stdin;
    char *title;
};

/* False if the frame does not hold a sensible spec. Everything points into the frame or is freed by release_run_spec. */
bool read_run_spec(struct reader *reader, struct run_spec *spec);
void release_run_spec(struct run_spec *spec);

#endif
