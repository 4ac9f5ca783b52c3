/* One run of one process: from FORKED to its end record (processes 4.2 and 4.3). Outlives everybody above it. */
#ifndef COORDINATOR_H
#define COORDINATOR_H

#include "spec.h"

struct surroundings {
    int commands; /* hangs up when the JVM dies; -1: nobody to watch */
    int words;    /* errs when the broker dies; -1: complain on standard error */
};

/* Runs to the end of the run; the frame the spec points into is released as soon as it is not needed. */
_Noreturn void coordinator_main(struct run_spec *spec, struct surroundings surroundings, struct buffer *frame);

/* The role `coordinator`: the same with a LAUNCH frame on standard input, and nobody above. */
_Noreturn void coordinator_alone(void);

#endif
