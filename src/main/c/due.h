/* Times at which something is due: monotonic ms, or never. */
#ifndef DUE_H
#define DUE_H

#include <stdbool.h>
#include <stdint.h>

enum { NEVER = -1 };

static inline bool is_due(int64_t at, int64_t now) {
    return at != NEVER && now >= at;
}

static inline int64_t earlier(int64_t left, int64_t right) {
    return left == NEVER || (right != NEVER && right < left) ? right : left;
}

#endif
