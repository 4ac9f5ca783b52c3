/* The broker's side of the meter (meter.h), which is started once it is needed. */
#ifndef METERING_H
#define METERING_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "frame.h"

void obey_meter(uint32_t request, struct reader *reader);

/* What to wait for; its reports may wait in its socket until there is room for them. */
struct pollfd metering_wants(bool reports);
void metering_act(short events);
/* The memory, in a child. */
void metering_forget(void);

#endif
