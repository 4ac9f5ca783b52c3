#include "broker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "children.h"
#include "directories.h"
#include "due.h"
#include "events.h"
#include "heldlocks.h"
#include "metering.h"
#include "proctree.h"
#include "processes.h"
#include "strays.h"
#include "sys.h"
#include "title.h"
#include "wire.h"

static int commands, told, signals;
static struct buffer in;
static int64_t timer_at = NEVER;

pid_t broker_fork(const int *keeps, size_t count, struct buffer *frame) {
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    *frame = in;
    children_forget();
    locks_forget();
    watches_forget();
    directories_release();
    metering_forget();
    events_forget();
    /* Above all of the locks: a copy of the descriptor would hold the lock too. */
    close_others(3, keeps, count);
    return 0;
}

/* --- Directories --- */

static void tell_changed(uint32_t directory, const char *name) {
    size_t frame = frame_begin(events(), EVENT_CHANGED, 0);
    put_u32(events(), directory);
    put_string(events(), name);
    frame_end(events(), frame);
}

static void warn_of_lack(void) {
    static bool warned;
    char text[256];
    if (warned || directories_lack() == 0)
        return;
    warned = true;
    snprintf(text, sizeof text,
             "unable to watch directories by inotify: %s (see fs.inotify in sysctl); looking at them from time to time until that is possible",
             strerror(directories_lack()));
    size_t frame = frame_begin(events(), EVENT_WARNING, 0);
    put_string(events(), text);
    frame_end(events(), frame);
}

static void obey_watch_directory(uint32_t request, struct reader *reader) {
    const char *path = read_string(reader);
    uint32_t number = 0;
    int error = read_all(reader) ? directory_watch(path, &number) : EINVAL;
    if (error != 0) {
        answer_refused(request, error, 0, "watch directory", path);
        return;
    }
    warn_of_lack();
    size_t frame = frame_begin(events(), EVENT_DONE, request);
    put_u32(events(), number);
    frame_end(events(), frame);
}

static void obey_forget_directory(uint32_t request, struct reader *reader) {
    uint32_t number = read_u32(reader);
    if (read_all(reader) && directory_forget(number))
        answer_done(request);
    else
        answer_refused(request, EINVAL, 0, "forget", "a directory that is not watched");
}

/* --- The loop --- */

static void set_timer(struct reader *reader) {
    uint32_t delay = read_u32(reader);
    if (read_all(reader))
        timer_at = delay == 0 ? NEVER : monotonic_ms() + delay;
}

static void echo(struct reader *reader) {
    size_t frame = frame_begin(events(), EVENT_ECHO, 0);
    put_u32(events(), read_u32(reader));
    frame_end(events(), frame);
}

/* The locks first: whoever sees the end of the events may count on them. */
_Noreturn static void leave(void) {
    locks_close();
    exit(0);
}

static void obey(uint8_t type, uint32_t request, struct reader *reader) {
    switch (type) {
    case COMMAND_LOCK: obey_lock(request, reader); break;
    case COMMAND_UNLOCK: obey_unlock(request, reader); break;
    case COMMAND_HOLDER: obey_holder(request, reader); break;
    case COMMAND_LAUNCH: obey_launch(request, reader); break;
    case COMMAND_SPAWN: obey_spawn(request, reader); break;
    case COMMAND_RUN: obey_run(request, reader); break;
    case COMMAND_SIGNAL: obey_signal(request, reader); break;
    case COMMAND_KILL_TREE: obey_kill_tree(request, reader); break;
    case COMMAND_WATCH_PID: obey_watch_pid(request, reader); break;
    case COMMAND_WATCH_DIR: obey_watch_directory(request, reader); break;
    case COMMAND_FORGET_DIR: obey_forget_directory(request, reader); break;
    case COMMAND_TIMER: set_timer(reader); break;
    case COMMAND_ECHO: echo(reader); break;
    case COMMAND_METER: obey_meter(request, reader); break;
    case COMMAND_QUIT: leave();
    default: answer_refused(request, ENOSYS, 0, "obey", "an unknown command");
    }
}

static void obey_commands(void) {
    while (buffer_length(&in) >= 4) {
        uint8_t *frame = in.data + in.start;
        uint32_t length = peek_u32(frame);
        errno = 0;
        if (length < WIRE_HEADER - 4 || length > WIRE_MAX_FRAME)
            die(EXIT_WRONG_USE, "unable to read a command of %u bytes", length);
        if (buffer_length(&in) - 4 < length)
            return;
        struct reader reader = {.at = frame + WIRE_HEADER, .end = frame + 4 + length};
        obey(frame[4], peek_u32(frame + 5), &reader);
        buffer_consume(&in, 4 + (size_t)length);
    }
}

static void read_commands(void) {
    size_t want = 4096;
    if (buffer_length(&in) >= 4) {
        size_t whole = 4 + (size_t)peek_u32(in.data + in.start);
        want = whole - buffer_length(&in);
    }
    buffer_reserve(&in, want);
    ssize_t count = read(commands, in.data + in.end, want);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    /* Our JVM is gone, and with us go its locks. The coordinators go on. */
    if (count <= 0)
        leave();
    in.end += (size_t)count;
    obey_commands();
}

static void write_events(void) {
    if (!events_write(told))
        leave();
}

static int64_t directories_due(void) {
    return events_pile_up() ? NEVER : directories_look_at();
}

static int patience(int64_t now) {
    int64_t at = earlier(earlier(timer_at, watches_due()), earlier(children_due(), earlier(directories_due(), locks_due(now))));
    if (children_wait())
        return 0;
    if (at == NEVER)
        return -1;
    int64_t wait = at - now;
    return wait < 0 ? 0 : wait > 1000000000 ? 1000000000 : (int)wait;
}

static void act_on_time(int64_t now) {
    locks_act(now);
    watches_act(now);
    children_act(now);
    if (is_due(directories_due(), now))
        directories_look(now, tell_changed);
    if (is_due(timer_at, now)) {
        timer_at = NEVER;
        frame_end(events(), frame_begin(events(), EVENT_TIMER, 0));
    }
}

static void drain_signals(void) {
    struct signalfd_siginfo infos[8];
    if (read(signals, infos, sizeof infos) >= 0 || errno == EAGAIN)
        children_reap();
}

enum { SLOT_COMMANDS, SLOT_EVENTS, SLOT_SIGNALS, SLOT_WORDS, SLOT_RESULTS, SLOT_INOTIFY, SLOT_METER, FIRST_WATCH };

static void wait_and_act(struct pollfd *slots) {
    bool behind = events_pile_up();
    size_t watches = watches_count();
    slots[SLOT_COMMANDS] = (struct pollfd){.fd = commands, .events = POLLIN};
    slots[SLOT_EVENTS] = (struct pollfd){.fd = told, .events = events_wait() ? POLLOUT : 0};
    slots[SLOT_SIGNALS] = (struct pollfd){.fd = signals, .events = POLLIN};
    slots[SLOT_WORDS] = (struct pollfd){.fd = behind ? -1 : words_descriptor(), .events = POLLIN};
    slots[SLOT_RESULTS] = (struct pollfd){.fd = behind ? -1 : results_descriptor(), .events = POLLIN};
    slots[SLOT_INOTIFY] = (struct pollfd){.fd = behind ? -1 : directories_descriptor(), .events = POLLIN};
    slots[SLOT_METER] = metering_wants(!behind);
    watches_poll(slots + FIRST_WATCH);
    if (poll(slots, FIRST_WATCH + watches, patience(monotonic_ms())) < 0)
        return;
    if (slots[SLOT_SIGNALS].revents || children_wait())
        drain_signals();
    if (slots[SLOT_WORDS].revents)
        words_pass_on();
    if (slots[SLOT_RESULTS].revents)
        results_pass_on();
    if (slots[SLOT_INOTIFY].revents)
        directories_take_events(tell_changed);
    metering_act(slots[SLOT_METER].revents);
    watches_take(slots + FIRST_WATCH, watches);
    act_on_time(monotonic_ms());
    if (slots[SLOT_COMMANDS].revents)
        read_commands();
    if (slots[SLOT_EVENTS].revents & (POLLERR | POLLHUP))
        leave();
    write_events();
}

_Noreturn void broker_main(int commands_in, int events_out) {
    int keeps[] = {commands_in, events_out};
    commands = commands_in;
    told = events_out;
    close_others(3, keeps, 2);
    fcntl(commands, F_SETFD, FD_CLOEXEC);
    fcntl(told, F_SETFD, FD_CLOEXEC);
    process_table_open();
    signals = claim_signals();
    children_open(commands);
    set_nonblocking(commands);
    set_nonblocking(told);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
        die(EXIT_SYSTEM, "unable to become the subreaper");
    title_set(BROKER_NAME, BROKER_NAME);

    size_t hello = frame_begin(events(), EVENT_HELLO, 0);
    put_u32(events(), WIRE_VERSION);
    frame_end(events(), hello);
    write_events();

    struct pollfd *slots = NULL;
    for (size_t capacity = 0;;) {
        if (capacity < FIRST_WATCH + watches_count()) {
            capacity = 2 * (FIRST_WATCH + watches_count());
            free(slots);
            slots = calloc(capacity, sizeof *slots);
            if (!slots)
                die(EXIT_SYSTEM, "unable to allocate %zu slots", capacity);
        }
        wait_and_act(slots);
    }
}
