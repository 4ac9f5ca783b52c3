/* Processes that somebody else may have made: signalled, killed with all that they started, watched until they end. */
#ifndef PROCESSES_H
#define PROCESSES_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

void obey_signal(uint32_t request, struct reader *reader);
void obey_kill_tree(uint32_t request, struct reader *reader);
void obey_watch_pid(uint32_t request, struct reader *reader);

/* One slot to be polled for each watch; they are the same until a command is obeyed or one of the two below is called. */
size_t watches_count(void);
void watches_poll(struct pollfd *slots);
void watches_take(const struct pollfd *slots, size_t count);
/* When those without a descriptor are to be looked at. */
int64_t watches_due(void);
void watches_act(int64_t now);
/* The memory, in a child: it has not got their descriptors. */
void watches_forget(void);

#endif
