/*
 * Orders to the meter, and the work that they make. Of each, the first byte says what happens before and how long the paths are; then come its fields and the
 * paths. What a path leads to is chosen by its first byte: nothing but a directory of ours is read.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "metertree.h"

static bool add_within(struct subject *subject, const char *path);

/* What is to be reached is static, and the sources are linked as well. */
#define meter_main fuzzed_meter_main
#define tree_add add_within
#include "meter.c"
#undef tree_add

enum { MAX_ORDERS = 16, SUBJECTS = 4, MAX_LOOKS = 64 };
/* In the first byte of an order. */
enum { PATHS = 63, WORK = 64, CHANGE = 128 };

static char home[64];
static int peer = -1;
static uint64_t whole, below;      /* what there is to be counted */
static uint64_t counted[SUBJECTS]; /* what each should count */
static size_t path_bytes;          /* of the order */

static bool add_within(struct subject *subject, const char *path) {
    /* The last is not there, so that whatever is behind it leads nowhere. */
    static const char *const places[] = {"", "/below", "/file", "/link", "/missing/"};
    size_t place = (uint8_t)path[0] % 5;
    char within[sizeof home + 2 * PATHS + 16];
    snprintf(within, sizeof within, "%s%s%s", home, places[place], place == 4 ? path : "");
    path_bytes += strlen(path) + 1;
    counted[subject->id] += place == 0 ? whole : place == 1 ? below : 0;
    return tree_add(subject, within);
}

static const char *at(const char *name) {
    static char path[sizeof home + 32];
    snprintf(path, sizeof path, "%s/%s", home, name);
    return path;
}

static void remove_home(void) {
    rmdir(at("below/more"));
    unlink(at("below/file"));
    rmdir(at("below"));
    unlink(at("file"));
    unlink(at("link"));
    rmdir(home);
}

static uint64_t write_file(const char *name) {
    static const char zeros[8192];
    struct stat status;
    int fd = open(at(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, zeros, sizeof zeros) != sizeof zeros || fstat(fd, &status) < 0)
        abort();
    close(fd);
    return (uint64_t)status.st_blocks * 512;
}

static void start(void) {
    int ends[2];
    snprintf(home, sizeof home, "/dev/shm/thermos-fuzz-meter.%d", (int)getpid());
    if (mkdir(home, 0700) < 0)
        abort();
    atexit(remove_home);
    if (mkdir(at("below"), 0700) < 0 || symlink("/nowhere", at("link")) < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        abort();
    below = write_file("below/file");
    whole = below + write_file("file") + strlen("/nowhere");
    broker = ends[0];
    peer = ends[1];
    inotify = tree_open();
    round_at = unwatched_at = NEVER;
}

static void read_reports(void) {
    struct meter_report report;
    for (ssize_t length; (length = recv(peer, &report, sizeof report, MSG_DONTWAIT)) >= 0;)
        if (length != sizeof report || report.subject >= SUBJECTS)
            abort();
}

static void work_to_the_end(void) {
    for (int looks = 0; tree_has_work(); looks++) {
        if (looks == MAX_LOOKS)
            abort();
        work();
        read_reports();
    }
}

static void change(void) {
    if (mkdir(at("below/more"), 0700) < 0)
        rmdir(at("below/more"));
    begin_round();
}

/* The first order of what is left of the input; returns how much of it that was. */
static size_t send_order(const uint8_t *data, size_t size) {
    char message[sizeof(struct meter_order) + 2 * PATHS];
    struct meter_order order;
    size_t length = sizeof order + 2 * (data[0] & PATHS);
    if (length > size - 1)
        length = size - 1;
    memcpy(message, data + 1, length);
    memcpy(&order, message, sizeof order);
    order.subject %= SUBJECTS;
    memcpy(message, &order, sizeof order);
    path_bytes = 0;
    counted[order.subject] = 0;
    if (send(peer, message, length, 0) != (ssize_t)length)
        abort();
    obey();
    if (path_bytes != 0 && path_bytes != length - sizeof order)
        abort();
    return length + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (peer < 0)
        start();
    for (int orders = 0; orders < MAX_ORDERS && size > sizeof(struct meter_order); orders++) {
        if (data[0] & WORK)
            work_to_the_end();
        if (data[0] & CHANGE)
            change();
        size_t taken = send_order(data, size);
        data += taken;
        size -= taken;
    }
    work_to_the_end();
    for (struct metered *metered = all; metered; metered = metered->next)
        walk(metered);
    work_to_the_end();
    for (const struct metered *metered = all; metered; metered = metered->next)
        if (metered->subject.used != counted[metered->subject.id] || metered->subject.incomplete || metered->subject.walking)
            abort();
    if (patience(monotonic_ms()) < (all ? 0 : -1))
        abort();
    for (uint32_t subject = 0; subject < SUBJECTS; subject++)
        forget(subject);
    work_to_the_end();
    if (all || tree_has_unwatched())
        abort();
    return 0;
}
