/* The process that measures how much disk tasks take, and tells the broker that forked it. It ends with the broker. */
#ifndef METER_H
#define METER_H

#include <stdint.h>

#define METER_NAME "thermos-meter"

/* What it is told, followed by the NUL-terminated absolute paths of the directories; without any, the subject is to be forgotten. */
struct meter_order {
    uint32_t subject;
    uint32_t verify_ms; /* how often everything may be walked to find what inotify does not tell */
    uint64_t limit;     /* bytes */
};

/* No order is longer. */
enum { METER_MAX_ORDER = 64 << 10 };

enum meter_flag {
    METER_INCOMPLETE = 1, /* there is more than was counted */
    METER_UNWATCHED = 2,  /* there are too few inotify watches: changes are noticed later */
};

/* What it tells once it knows, whenever the limit is crossed, and when the usage has changed by a 64th of the limit. */
struct meter_report {
    uint32_t subject;
    uint32_t flags;
    uint64_t used; /* bytes */
};

/* The socket (SOCK_SEQPACKET) carries one order or report a message. */
_Noreturn void meter_main(int socket);

#endif
