/* What the broker tells its JVM, in the order in which it will be written. */
#ifndef EVENTS_H
#define EVENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "frame.h"

/* Where an event is put: between frame_begin and frame_end. */
struct buffer *events(void);

void answer_done(uint32_t request);
/* Unable to do what to whom, and why; with who is in the way, or 0. */
void answer_refused(uint32_t request, int error, pid_t holder, const char *unable, const char *whom);

/* False if nobody will ever read them. */
bool events_write(int fd);
bool events_wait(void);
/* So many wait that nothing should be asked for that can wait elsewhere. */
bool events_pile_up(void);
/* In a child, which tells nothing. */
void events_forget(void);

#endif
