#include "meter.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "metertree.h"
#include "sys.h"
#include "title.h"

enum {
    SLICE_MS = 200,
    MIN_ROUND_MS = 1000,
    MIN_DELAY_MS = 200,
    MAX_DELAY_MS = 10000,
    UNWATCHED_MS = 10000,
    MIN_VERIFY_MS = 100,
    /* A round of a second is followed by so many without one; and the same for walks of everything. */
    REST_FACTOR = 20,
    UNWATCHED_REST_FACTOR = 50,
    VERIFY_REST_FACTOR = 200,
    STEPS = 64,
    NICENESS = 10,
};
/* No disk is filled faster. */
static const uint64_t BYTES_PER_MS = 1 << 20;
static const int64_t NEVER = INT64_MAX;

struct metered {
    struct subject subject; /* first */
    struct metered *next;
    int64_t verify_ms, verify_at;
    uint64_t fingerprint;
    bool told, told_over;
    uint64_t told_used;
};

static struct metered *all;
static int broker = -1, inotify = -1;
static int64_t busy_ms;                /* of the round so far */
static bool verifying;                 /* this round walks everything of somebody */
static int64_t rest_until, walk_until; /* before which no round, no walk of everything may begin */
static int64_t round_at, unwatched_at;

/* --- Telling --- */

static void tell(struct metered *metered) {
    uint32_t flags = (metered->subject.incomplete ? METER_INCOMPLETE : 0u) | (tree_has_unwatched() ? METER_UNWATCHED : 0u);
    struct meter_report report = {.subject = metered->subject.id, .flags = flags, .used = metered->subject.used};
    if (send(broker, &report, sizeof report, MSG_NOSIGNAL) < 0)
        exit(0);
    metered->told = true;
    metered->told_used = metered->subject.used;
    metered->told_over = metered->subject.used > metered->subject.limit;
}

static bool is_a_step(const struct metered *metered) {
    uint64_t used = metered->subject.used, told = metered->told_used;
    return !metered->told || (used > told ? used - told : told - used) > metered->subject.limit / STEPS
           || metered->told_over != (used > metered->subject.limit);
}

/*
 * What was put together from changes may be wrong, where files have several names above all: nobody is told of an overrun that was not found by reading everything
 * anew. In such a walk what was found so far is certain.
 */
static void judge(struct metered *metered, bool complete) {
    struct subject *subject = &metered->subject;
    bool over = subject->used > subject->limit;
    if (over && !metered->told_over) {
        if (subject->walking)
            tell(metered);
        else if (complete)
            tree_walk(subject);
    }
    if (!complete || tree_has_work())
        return;
    subject->walking = false;
    if (is_a_step(metered))
        tell(metered);
}

static void judge_all(bool complete) {
    for (struct metered *metered = all; metered; metered = metered->next)
        judge(metered, complete);
}

/* --- When to look --- */

static int64_t rest(int64_t factor, int64_t minimum) {
    int64_t pause = busy_ms * factor;
    return monotonic_ms() + (pause > minimum ? pause : minimum);
}

static void end_round(void) {
    judge_all(true);
    if (tree_has_work())
        return;
    rest_until = rest(REST_FACTOR, MIN_ROUND_MS);
    if (verifying)
        walk_until = rest(VERIFY_REST_FACTOR, 0);
    unwatched_at = tree_has_unwatched() ? rest(UNWATCHED_REST_FACTOR, UNWATCHED_MS) : NEVER;
    busy_ms = 0;
    verifying = false;
}

static void work(void) {
    int64_t start = monotonic_ms();
    tree_work(SLICE_MS);
    busy_ms += monotonic_ms() - start;
    if (tree_has_work())
        judge_all(false);
    else
        end_round();
}

/* The less room is left, the sooner; what changes later is seen in the same look. */
static int64_t delay(void) {
    uint64_t least = MAX_DELAY_MS;
    for (const struct metered *metered = all; metered; metered = metered->next) {
        const struct subject *subject = &metered->subject;
        uint64_t room = subject->used < subject->limit ? (subject->limit - subject->used) / BYTES_PER_MS : MIN_ROUND_MS;
        least = room < least ? room : least;
    }
    return least < MIN_DELAY_MS ? MIN_DELAY_MS : (int64_t)least;
}

static void walk(struct metered *metered) {
    metered->fingerprint = tree_fingerprint(&metered->subject);
    tree_walk(&metered->subject);
    verifying = true;
}

static void begin_round(void) {
    round_at = NEVER;
    if (!tree_take_events())
        return;
    for (struct metered *metered = all; metered; metered = metered->next)
        walk(metered);
}

static void doubt_unwatched(void) {
    unwatched_at = NEVER;
    inotify = tree_open();
    for (struct metered *metered = all; metered; metered = metered->next)
        tree_doubt_unwatched(&metered->subject);
}

/* Writes through a memory mapping are told to nobody, nor are those by a name that is elsewhere. */
static void verify(int64_t now) {
    for (struct metered *metered = all; metered; metered = metered->next) {
        if (now < metered->verify_at || now < walk_until)
            continue;
        metered->verify_at = now + metered->verify_ms;
        if (metered->fingerprint != tree_fingerprint(&metered->subject) || metered->subject.incomplete)
            walk(metered);
    }
}

/* --- Orders --- */

static void forget(uint32_t id) {
    for (struct metered **at = &all; *at; at = &(*at)->next) {
        struct metered *metered = *at;
        if (metered->subject.id != id)
            continue;
        *at = metered->next;
        tree_remove(&metered->subject);
        free(metered);
        return;
    }
}

static void meter(const struct meter_order *order, const char *paths, const char *end) {
    struct metered *metered = calloc(1, sizeof *metered);
    if (!metered)
        die(EXIT_SYSTEM, "unable to allocate a subject");
    metered->subject.id = order->subject;
    metered->subject.limit = order->limit;
    metered->verify_ms = order->verify_ms > MIN_VERIFY_MS ? order->verify_ms : MIN_VERIFY_MS;
    metered->verify_at = monotonic_ms() + metered->verify_ms;
    metered->next = all;
    all = metered;
    for (const char *path = paths; path < end; path += strlen(path) + 1)
        tree_add(&metered->subject, path);
    walk(metered);
}

static void obey(void) {
    static char message[METER_MAX_ORDER];
    struct meter_order order;
    for (;;) {
        ssize_t length = recv(broker, message, sizeof message, MSG_DONTWAIT);
        if (length < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (length < (ssize_t)sizeof order) /* The broker has ended. */
            exit(0);
        memcpy(&order, message, sizeof order);
        forget(order.subject);
        if (length > (ssize_t)sizeof order && message[length - 1] == 0)
            meter(&order, message + sizeof order, message + length);
    }
}

static int patience(int64_t now) {
    int64_t at = round_at < unwatched_at ? round_at : unwatched_at;
    for (const struct metered *metered = all; metered; metered = metered->next) {
        int64_t verify_at = metered->verify_at > walk_until ? metered->verify_at : walk_until;
        at = verify_at < at ? verify_at : at;
    }
    if (tree_has_work() || at <= now)
        return 0;
    return at == NEVER ? -1 : at - now > 1000000000 ? 1000000000 : (int)(at - now);
}

_Noreturn void meter_main(int socket) {
    broker = socket;
    /* Also if the broker is killed while everything is being walked. */
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    title_set(METER_NAME, METER_NAME);
    setpriority(PRIO_PROCESS, 0, NICENESS);
    inotify = tree_open();
    round_at = unwatched_at = NEVER;
    for (;;) {
        /* Once a round is to come, what inotify tells can wait for it; during a round it waits for the rest after it. */
        bool listens = round_at == NEVER && !tree_has_work();
        struct pollfd slots[] = {{.fd = broker, .events = POLLIN}, {.fd = listens ? inotify : -1, .events = POLLIN}};
        if (poll(slots, 2, patience(monotonic_ms())) < 0)
            continue;
        if (slots[0].revents)
            obey();
        int64_t now = monotonic_ms();
        if (slots[1].revents)
            round_at = now + delay() > rest_until ? now + delay() : rest_until;
        if (!tree_has_work()) {
            if (now >= round_at)
                begin_round();
            if (now >= unwatched_at)
                doubt_unwatched();
            verify(now);
        }
        if (tree_has_work())
            work();
        else if (verifying)
            end_round();
    }
}
