#include "heldlocks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "due.h"
#include "events.h"
#include "locks.h"
#include "sys.h"
#include "wire.h"

enum { RETRY_MS = 20 };

struct held_lock {
    char *path;
    int fd;
};

static struct held_lock *locks;
static size_t lock_count;

/* A lock being waited for; the JVM waits for the answer, so there is one at most. */
static struct {
    char *path; /* NULL: none */
    int fd;
    uint32_t request;
    int64_t until;
} wanted;

static void answer(int error) {
    char *path = wanted.path;
    wanted.path = NULL;
    if (error == 0) {
        locks = grow(locks, lock_count, sizeof *locks);
        locks[lock_count++] = (struct held_lock){.path = path, .fd = wanted.fd};
        answer_done(wanted.request);
        return;
    }
    pid_t holder = error == EWOULDBLOCK ? lock_holder(path) : 0;
    answer_refused(wanted.request, error, holder > 0 ? holder : 0, "lock", path);
    if (wanted.fd >= 0)
        close(wanted.fd);
    free(path);
}

static char *copy(const char *text) {
    char *copied = strdup(text);
    if (!copied)
        die(EXIT_SYSTEM, "unable to allocate a path");
    return copied;
}

void obey_lock(uint32_t request, struct reader *reader) {
    const char *path = read_string(reader);
    int64_t patience = read_u32(reader);
    if (!read_all(reader)) {
        answer_refused(request, EINVAL, 0, "understand", "the lock");
    } else if (wanted.path) {
        answer_refused(request, EBUSY, 0, "wait for a second lock,", path);
    } else {
        wanted.path = copy(path);
        wanted.request = request;
        wanted.until = monotonic_ms() + patience;
        wanted.fd = lock_open(path);
        if (wanted.fd < 0)
            answer(errno);
        else
            locks_act(monotonic_ms());
    }
}

void obey_unlock(uint32_t request, struct reader *reader) {
    const char *path = read_string(reader);
    for (size_t i = 0; read_all(reader) && i < lock_count; i++) {
        if (strcmp(locks[i].path, path) != 0)
            continue;
        close(locks[i].fd);
        free(locks[i].path);
        locks[i] = locks[--lock_count];
        answer_done(request);
        return;
    }
    answer_refused(request, ENOENT, 0, "unlock", path);
}

void obey_holder(uint32_t request, struct reader *reader) {
    const char *path = read_string(reader);
    errno = EINVAL;
    pid_t pid = read_all(reader) ? lock_holder(path) : -1;
    if (pid < 0) {
        answer_refused(request, errno, 0, "look up the lock of", path);
        return;
    }
    size_t frame = frame_begin(events(), EVENT_DONE, request);
    put_u32(events(), (uint32_t)pid);
    frame_end(events(), frame);
}

int64_t locks_due(int64_t now) {
    return wanted.path ? now + RETRY_MS : NEVER;
}

void locks_act(int64_t now) {
    if (!wanted.path)
        return;
    int error = lock_try(wanted.fd);
    if (error != EWOULDBLOCK || now >= wanted.until)
        answer(error);
}

void locks_close(void) {
    for (size_t i = 0; i < lock_count; i++)
        close(locks[i].fd);
    if (wanted.path)
        close(wanted.fd);
}

void locks_forget(void) {
    for (size_t i = 0; i < lock_count; i++)
        free(locks[i].path);
    free(locks);
    free(wanted.path);
    locks = NULL;
    lock_count = 0;
    wanted.path = NULL;
}
