/* The hands of one JVM: see wire.h for what it can be told, and what it tells. */
#ifndef BROKER_H
#define BROKER_H

#include <stddef.h>
#include <sys/types.h>

#include "frame.h"

/* Serves until the command pipe ends. The two descriptors must be above 2. */
_Noreturn void broker_main(int commands, int events);

/* Forks a child with nothing of the broker but these descriptors and, for what points into it, the command that is being obeyed. */
pid_t broker_fork(const int *keeps, size_t count, struct buffer *frame);

#endif
