/* Processes that a subreaper inherits because their parents died. */
#ifndef STRAYS_H
#define STRAYS_H

#include <stdbool.h>

#include "proctree.h"

/*
 * Whether nobody looks after this inherited process any more. Not so a coordinator or a broker, which are known by the name that they gave themselves and that no
 * command keeps, nor a program that was launched with a broker at its side: such a one may be a runner that outlives its executor.
 */
bool stray_is_abandoned(const struct process *stray);

/* The names that coordinators and brokers give themselves, and that of a command's process until it is the command. */
#define COORDINATOR_NAME "thermos-coord"
#define BROKER_NAME "thermos-broker"
#define COMMAND_NAME "thermos-command"
#define KEEPER_NAME "thermos-keeper"

#endif
