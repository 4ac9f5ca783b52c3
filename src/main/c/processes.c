#include "processes.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "children.h"
#include "due.h"
#include "events.h"
#include "proctree.h"
#include "sys.h"
#include "tree.h"
#include "wire.h"

enum { KILL_BOUND_MS = 1000, LOOK_AGAIN_MS = 1000, MAX_LEFT = 64 };

struct identity {
    pid_t pid;
    uint64_t start_ticks;
    char name[16];
};

struct watch {
    pid_t pid;
    uint64_t start_ticks;
    int pidfd; /* -1: none to be had, look again and again */
};

static struct watch *watches;
static size_t watch_count;
static int64_t look_at = NEVER;

static struct identity read_identity(struct reader *reader) {
    struct identity identity = {.pid = (pid_t)read_u32(reader)};
    identity.start_ticks = (uint64_t)read_i64(reader);
    snprintf(identity.name, sizeof identity.name, "%d", (int)identity.pid);
    return identity;
}

void obey_signal(uint32_t request, struct reader *reader) {
    struct identity identity = read_identity(reader);
    uint32_t number = read_u32(reader);
    int error = !read_all(reader) || number >= NSIG ? EINVAL
                                                    : process_signal(identity.pid, identity.start_ticks, (int)number);
    if (error == 0)
        answer_done(request);
    else
        answer_refused(request, error, 0, "signal process", identity.name);
}

void obey_kill_tree(uint32_t request, struct reader *reader) {
    struct identity identity = read_identity(reader);
    uint64_t born_until = (uint64_t)read_i64(reader);
    if (!read_all(reader) || identity.pid <= 1 || identity.pid == getpid()) {
        answer_refused(request, EINVAL, 0, "kill the tree of", identity.name);
        return;
    }
    struct tree tree = {.root = identity.pid, .root_ticks = identity.start_ticks, .with_root = true, .born_until = born_until};
    children_join(&tree);
    pid_t left[MAX_LEFT];
    size_t count = tree_kill(&tree, KILL_BOUND_MS, left, MAX_LEFT);
    if (count > MAX_LEFT)
        count = MAX_LEFT;
    size_t frame = frame_begin(events(), EVENT_DONE, request);
    put_u32(events(), (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        put_u32(events(), (uint32_t)left[i]);
    frame_end(events(), frame);
}

static bool is_there(const struct watch *watch) {
    struct process process;
    int error = process_read(watch->pid, &process);
    return error == 0 ? process.start_ticks == watch->start_ticks && process.alive : error != ESRCH;
}

static void tell_gone(const struct watch *watch) {
    size_t frame = frame_begin(events(), EVENT_GONE, 0);
    put_u32(events(), (uint32_t)watch->pid);
    put_i64(events(), (int64_t)watch->start_ticks);
    frame_end(events(), frame);
}

void obey_watch_pid(uint32_t request, struct reader *reader) {
    struct identity identity = read_identity(reader);
    if (!read_all(reader)) {
        answer_refused(request, EINVAL, 0, "watch process", identity.name);
        return;
    }
    struct watch watch = {.pid = identity.pid, .start_ticks = identity.start_ticks};
    watch.pidfd = process_open(watch.pid, watch.start_ticks);
    int error = watch.pidfd < 0 ? errno : 0;
    if (error != 0 && error != ESRCH && error != ENOSYS) {
        answer_refused(request, error, 0, "watch process", identity.name);
        return;
    }
    answer_done(request);
    if (error == ESRCH || (error == ENOSYS && !is_there(&watch))) {
        tell_gone(&watch);
        return;
    }
    watches = grow(watches, watch_count, sizeof *watches);
    watches[watch_count++] = watch;
    if (error == ENOSYS && look_at == NEVER)
        look_at = monotonic_ms() + LOOK_AGAIN_MS;
}

static void end_watch(size_t index) {
    tell_gone(&watches[index]);
    if (watches[index].pidfd >= 0)
        close(watches[index].pidfd);
    watches[index] = watches[--watch_count];
}

size_t watches_count(void) {
    return watch_count;
}

void watches_poll(struct pollfd *slots) {
    for (size_t i = 0; i < watch_count; i++)
        slots[i] = (struct pollfd){.fd = watches[i].pidfd, .events = POLLIN};
}

void watches_take(const struct pollfd *slots, size_t count) {
    /* From the end, because the last takes the place of one that ends. */
    for (size_t i = count; i > 0; i--)
        if (slots[i - 1].revents)
            end_watch(i - 1);
}

int64_t watches_due(void) {
    return look_at;
}

/* No longer than there are any without a pidfd. */
void watches_act(int64_t now) {
    if (!is_due(look_at, now))
        return;
    look_at = NEVER;
    for (size_t i = 0; i < watch_count; i++) {
        if (watches[i].pidfd >= 0)
            continue;
        look_at = now + LOOK_AGAIN_MS;
        if (!is_there(&watches[i]))
            end_watch(i--);
    }
}

void watches_forget(void) {
    free(watches);
    watches = NULL;
    watch_count = 0;
}
