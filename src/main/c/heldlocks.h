/* The locks that the broker holds for its JVM. They go when it ends. */
#ifndef HELDLOCKS_H
#define HELDLOCKS_H

#include <stdint.h>

#include "frame.h"

void obey_lock(uint32_t request, struct reader *reader);
void obey_unlock(uint32_t request, struct reader *reader);
/* Who holds a lock, be it ours or not. */
void obey_holder(uint32_t request, struct reader *reader);

/* When to try again for the one that is waited for. */
int64_t locks_due(int64_t now);
void locks_act(int64_t now);
/* Lets go of all. */
void locks_close(void);
/* The memory, in a child: it has not got their descriptors. */
void locks_forget(void);

#endif
