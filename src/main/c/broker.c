#include "broker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "coordinator.h"
#include "directories.h"
#include "frame.h"
#include "locks.h"
#include "meter.h"
#include "proctree.h"
#include "run.h"
#include "spawn.h"
#include "strays.h"
#include "sys.h"
#include "title.h"
#include "tree.h"
#include "wire.h"
#include "word.h"

enum { KILL_BOUND_MS = 1000, SWEEP_BOUND_MS = 300, SWEEP_MAX_PAUSE_MS = 60000, LOCK_RETRY_MS = 20, LOOK_AGAIN_MS = 1000, MAX_LEFT = 64, MAX_COLLECTED = 256, BACKLOG = 65536 };
enum { NEVER = -1 };

struct child {
    pid_t pid;
    bool tidy; /* leaves nothing behind unless it is killed */
};

struct watch {
    pid_t pid;
    uint64_t start_ticks;
    int pidfd; /* -1: none to be had, look again and again */
};

struct held_lock {
    char *path;
    int fd;
};

static struct {
    int commands, events, signals, words_in, words_out, results_in, results_out;
    struct buffer in, out;

    struct child *children; /* those we made and have not collected */
    size_t child_count;
    bool launched;   /* a coordinator, ever */
    bool reap_again; /* there may be more children to collect, of which no signal will tell */

    struct watch *watches;
    size_t watch_count;
    struct held_lock *locks;
    size_t lock_count;

    /* A lock being waited for; the JVM waits for the answer, so there is one at most. */
    char *wanted_path;
    int wanted_fd;
    uint32_t wanted_request;
    int64_t wanted_until;

    pid_t meter; /* 0: none yet */
    int meter_socket;
    struct buffer orders; /* for it, each behind its length */

    int64_t timer_at, look_at, sweep_at; /* monotonic ms or NEVER */
} broker;

/* A list one longer, its new element zeroed. */
static void *grow(void *items, size_t count, size_t size) {
    char *grown = realloc(items, (count + 1) * size);
    if (!grown)
        die(EXIT_SYSTEM, "unable to allocate %zu elements", count + 1);
    memset(grown + count * size, 0, size);
    return grown;
}

static char *copy(const char *text) {
    char *copied = strdup(text);
    if (!copied)
        die(EXIT_SYSTEM, "unable to allocate a path");
    return copied;
}

/* --- Events --- */

static void refuse(uint32_t request, int error, pid_t holder, const char *unable, const char *what) {
    char text[1024];
    snprintf(text, sizeof text, "unable to %s %s: %s", unable, what, strerror(error));
    size_t frame = frame_begin(&broker.out, EVENT_REFUSED, request);
    put_u32(&broker.out, (uint32_t)error);
    put_u32(&broker.out, (uint32_t)holder);
    put_string(&broker.out, text);
    frame_end(&broker.out, frame);
}

static void done(uint32_t request) {
    frame_end(&broker.out, frame_begin(&broker.out, EVENT_DONE, request));
}

static void add_child(struct child child) {
    broker.children = grow(broker.children, broker.child_count, sizeof *broker.children);
    broker.children[broker.child_count++] = child;
}

/* For a child that has not been collected. One whose identity cannot be had could never be signalled: it is ended again. */
static void done_with_identity(uint32_t request, pid_t pid, bool tidy, const char *what) {
    struct process process = {0};
    int error = process_read(pid, &process);
    add_child((struct child){.pid = pid, .tidy = tidy});
    if (error != 0) {
        kill(pid, SIGKILL);
        refuse(request, error, 0, "look at the new process of", what);
        return;
    }
    size_t frame = frame_begin(&broker.out, EVENT_DONE, request);
    put_u32(&broker.out, (uint32_t)pid);
    put_i64(&broker.out, (int64_t)process.start_ticks);
    frame_end(&broker.out, frame);
}

static void tell_gone(pid_t pid, uint64_t start_ticks) {
    size_t frame = frame_begin(&broker.out, EVENT_GONE, 0);
    put_u32(&broker.out, (uint32_t)pid);
    put_i64(&broker.out, (int64_t)start_ticks);
    frame_end(&broker.out, frame);
}

/* --- Children --- */

/* NULL if it is none of ours. */
static struct child *find_child(pid_t pid) {
    for (size_t i = 0; i < broker.child_count; i++)
        if (broker.children[i].pid == pid)
            return &broker.children[i];
    return NULL;
}

static bool is_stray(const struct process *child, void *context) {
    (void)context;
    return !find_child(child->pid);
}

static bool is_abandoned(const struct process *child, void *context) {
    return is_stray(child, context) && stray_is_abandoned(child);
}

static void pass_on_words(void) {
    struct word word;
    while (read(broker.words_in, &word, sizeof word) == sizeof word) {
        size_t frame = frame_begin(&broker.out, word.kind == WORD_RECORDED ? EVENT_RECORDED : EVENT_COMPLAINT, 0);
        put_u32(&broker.out, word.pid);
        word.text[sizeof word.text - 1] = 0;
        if (word.kind == WORD_COMPLAINT)
            put_string(&broker.out, word.text);
        frame_end(&broker.out, frame);
    }
}

static void pass_on_results(void) {
    struct run_result result;
    while (read(broker.results_in, &result, sizeof result) == sizeof result) {
        size_t frame = frame_begin(&broker.out, EVENT_RESULT, 0);
        put_u32(&broker.out, result.keeper);
        put_u8(&broker.out, (uint8_t)result.end);
        put_u32(&broker.out, result.status);
        put_block(&broker.out, result.output, result.length);
        frame_end(&broker.out, frame);
    }
}

static void pass_on_reports(void) {
    struct meter_report report;
    while (broker.meter != 0 && recv(broker.meter_socket, &report, sizeof report, MSG_DONTWAIT) == sizeof report) {
        size_t frame = frame_begin(&broker.out, EVENT_METERED, 0);
        put_u32(&broker.out, report.subject);
        put_i64(&broker.out, (int64_t)report.used);
        put_u32(&broker.out, report.flags);
        frame_end(&broker.out, frame);
    }
}

static void tell_meter_ended(int status) {
    pass_on_reports();
    close(broker.meter_socket);
    buffer_release(&broker.orders);
    broker.meter = 0;
    size_t frame = frame_begin(&broker.out, EVENT_METER_ENDED, 0);
    put_u32(&broker.out, (uint32_t)status);
    frame_end(&broker.out, frame);
}

/*
 * A coordinator that was not killed has left nothing, nor has a keeper. What a killed one started comes to the nearest subreaper: its broker or, if that has died too, one further up.
 * No more than so many are collected at once: there may be one that dies in the time that it takes to collect another, for ever.
 */
static void reap(void *context) {
    (void)context;
    int status;
    broker.reap_again = true;
    for (int collected = 0; collected < MAX_COLLECTED; collected++) {
        pid_t pid = waitpid(-1, &status, WNOHANG);
        broker.reap_again = pid > 0;
        if (pid <= 0)
            break;
        struct child *child = find_child(pid);
        bool stray = !child;
        if (stray || WIFSIGNALED(status) || !child->tidy)
            broker.sweep_at = 0;
        if (child)
            *child = broker.children[--broker.child_count];
        if (pid == broker.meter) {
            tell_meter_ended(status);
            continue;
        }
        /* So that its last words come before its end. */
        pass_on_words();
        pass_on_results();
        size_t frame = frame_begin(&broker.out, EVENT_EXITED, 0);
        put_u32(&broker.out, (uint32_t)pid);
        put_u32(&broker.out, (uint32_t)status);
        put_u8(&broker.out, stray);
        frame_end(&broker.out, frame);
    }
}

/* Kills the children that nobody looks after any more; before anybody is told of the end that made them so. */
static void sweep(int64_t now) {
    struct tree strays = {.strays_of = getpid(), .is_stray = is_abandoned, .reap = reap};
    static int64_t pause = LOOK_AGAIN_MS;
    pid_t left[1];
    broker.sweep_at = NEVER;
    /* What nobody can kill, another account's say, must not keep us busy for ever. */
    if (tree_kill(&strays, SWEEP_BOUND_MS, left, 1) > 0)
        broker.sweep_at = now + (pause = pause < SWEEP_MAX_PAUSE_MS ? pause * 2 : pause);
    else
        pause = LOOK_AGAIN_MS;
}

/* In a new child: lets go of all that is the broker's but for these. Above all of the locks: a copy of the descriptor would hold the lock too. */
static void forget_the_broker(const int *keeps, size_t count) {
    for (size_t i = 0; i < broker.lock_count; i++)
        free(broker.locks[i].path);
    free(broker.locks);
    free(broker.children);
    free(broker.watches);
    directories_release();
    free(broker.wanted_path);
    buffer_release(&broker.out);
    buffer_release(&broker.orders);
    memset(&broker, 0, sizeof broker);
    close_others(3, keeps, count);
}

static void run(uint32_t request, struct reader *reader) {
    struct run_command command;
    if (!read_run_command(reader, &command)) {
        release_run_command(&command);
        refuse(request, EINVAL, 0, "understand", "the command to run");
        return;
    }
    pid_t self = getpid(), pid = fork();
    if (pid == 0) {
        int results = broker.results_out;
        forget_the_broker(&results, 1);
        run_main(&command, results, self);
    }
    if (pid < 0)
        refuse(request, errno, 0, "fork a keeper for", command.program.argv[0]);
    else
        done_with_identity(request, pid, true, command.program.argv[0]);
    release_run_command(&command);
}

static void launch(uint32_t request, struct reader *reader) {
    struct run_spec spec;
    if (!read_run_spec(reader, &spec)) {
        release_run_spec(&spec);
        refuse(request, EINVAL, 0, "understand", "the launch");
        return;
    }
    pid_t pid = fork();
    if (pid == 0) {
        struct buffer frame = broker.in;
        struct surroundings surroundings = {.commands = broker.commands, .words = broker.words_out};
        int keeps[] = {surroundings.words, surroundings.commands};
        forget_the_broker(keeps, 2);
        coordinator_main(&spec, surroundings, &frame);
    }
    int error = errno;
    if (pid < 0) {
        refuse(request, error, 0, "fork a coordinator for", spec.process);
    } else {
        broker.launched = true;
        done_with_identity(request, pid, true, spec.process);
    }
    release_run_spec(&spec);
}

static void start_program(uint32_t request, struct reader *reader) {
    struct program_spec spec;
    if (!read_program_spec(reader, &spec)) {
        refuse(request, EINVAL, 0, "understand", "the program to start");
    } else {
        const char *unable;
        pid_t pid = spawn(&spec, &unable);
        if (pid < 0) {
            refuse(request, errno, 0, unable, spec.argv[0]);
        } else {
            done_with_identity(request, pid, false, spec.argv[0]);
        }
    }
    release_program_spec(&spec);
}

/* --- Locks --- */

static void answer_lock(int error) {
    char *path = broker.wanted_path;
    uint32_t request = broker.wanted_request;
    int fd = broker.wanted_fd;
    broker.wanted_path = NULL;
    if (error == 0) {
        broker.locks = grow(broker.locks, broker.lock_count, sizeof *broker.locks);
        broker.locks[broker.lock_count++] = (struct held_lock){.path = path, .fd = fd};
        done(request);
        return;
    }
    pid_t holder = error == EWOULDBLOCK ? lock_holder(path) : 0;
    refuse(request, error, holder > 0 ? holder : 0, "lock", path);
    if (fd >= 0)
        close(fd);
    free(path);
}

static void try_wanted_lock(int64_t now) {
    int error = lock_try(broker.wanted_fd);
    if (error != EWOULDBLOCK || now >= broker.wanted_until)
        answer_lock(error);
}

static void lock(uint32_t request, struct reader *reader) {
    const char *path = read_string(reader);
    int64_t patience = read_u32(reader);
    if (!read_all(reader)) {
        refuse(request, EINVAL, 0, "understand", "the lock");
    } else if (broker.wanted_path) {
        refuse(request, EBUSY, 0, "wait for a second lock,", path);
    } else {
        broker.wanted_path = copy(path);
        broker.wanted_request = request;
        broker.wanted_until = monotonic_ms() + patience;
        broker.wanted_fd = lock_open(path);
        if (broker.wanted_fd < 0)
            answer_lock(errno);
        else
            try_wanted_lock(monotonic_ms());
    }
}

static void unlock(uint32_t request, struct reader *reader) {
    const char *path = read_string(reader);
    for (size_t i = 0; read_all(reader) && i < broker.lock_count; i++) {
        if (strcmp(broker.locks[i].path, path) != 0)
            continue;
        close(broker.locks[i].fd);
        free(broker.locks[i].path);
        broker.locks[i] = broker.locks[--broker.lock_count];
        done(request);
        return;
    }
    refuse(request, ENOENT, 0, "unlock", path);
}

static void holder(uint32_t request, struct reader *reader) {
    const char *path = read_string(reader);
    errno = EINVAL;
    pid_t pid = read_all(reader) ? lock_holder(path) : -1;
    if (pid < 0) {
        refuse(request, errno, 0, "look up the lock of", path);
        return;
    }
    size_t frame = frame_begin(&broker.out, EVENT_DONE, request);
    put_u32(&broker.out, (uint32_t)pid);
    frame_end(&broker.out, frame);
}

/* --- Other processes --- */

struct identity {
    pid_t pid;
    uint64_t start_ticks;
    char name[16];
};

static struct identity read_identity(struct reader *reader) {
    struct identity identity = {.pid = (pid_t)read_u32(reader)};
    identity.start_ticks = (uint64_t)read_i64(reader);
    snprintf(identity.name, sizeof identity.name, "%d", (int)identity.pid);
    return identity;
}

static void signal_process(uint32_t request, struct reader *reader) {
    struct identity identity = read_identity(reader);
    uint32_t number = read_u32(reader);
    int error = !read_all(reader) || number >= NSIG ? EINVAL
                                                    : process_signal(identity.pid, identity.start_ticks, (int)number);
    if (error == 0)
        done(request);
    else
        refuse(request, error, 0, "signal process", identity.name);
}

static void kill_tree(uint32_t request, struct reader *reader) {
    struct identity identity = read_identity(reader);
    uint64_t born_until = (uint64_t)read_i64(reader);
    if (!read_all(reader) || identity.pid <= 1 || identity.pid == getpid()) {
        refuse(request, EINVAL, 0, "kill the tree of", identity.name);
        return;
    }
    /* Whatever a broker of coordinators inherits has lost its coordinator: nobody else would ever end it. */
    struct tree tree = {.root = identity.pid,
                        .root_ticks = identity.start_ticks,
                        .with_root = true,
                        .born_until = born_until,
                        .strays_of = broker.launched ? getpid() : 0,
                        .is_stray = is_stray,
                        .reap = reap};
    pid_t left[MAX_LEFT];
    size_t count = tree_kill(&tree, KILL_BOUND_MS, left, MAX_LEFT);
    if (count > MAX_LEFT)
        count = MAX_LEFT;
    size_t frame = frame_begin(&broker.out, EVENT_DONE, request);
    put_u32(&broker.out, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        put_u32(&broker.out, (uint32_t)left[i]);
    frame_end(&broker.out, frame);
}

static bool is_there(const struct watch *watch) {
    struct process process;
    int error = process_read(watch->pid, &process);
    return error == 0 ? process.start_ticks == watch->start_ticks && process.alive : error != ESRCH;
}

static void watch_pid(uint32_t request, struct reader *reader) {
    struct identity identity = read_identity(reader);
    if (!read_all(reader)) {
        refuse(request, EINVAL, 0, "watch process", identity.name);
        return;
    }
    struct watch watch = {.pid = identity.pid, .start_ticks = identity.start_ticks};
    watch.pidfd = process_open(watch.pid, watch.start_ticks);
    int error = watch.pidfd < 0 ? errno : 0;
    if (error != 0 && error != ESRCH && error != ENOSYS) {
        refuse(request, error, 0, "watch process", identity.name);
        return;
    }
    done(request);
    if (error == ESRCH || (error == ENOSYS && !is_there(&watch))) {
        tell_gone(watch.pid, watch.start_ticks);
        return;
    }
    broker.watches = grow(broker.watches, broker.watch_count, sizeof *broker.watches);
    broker.watches[broker.watch_count++] = watch;
    if (error == ENOSYS && broker.look_at == NEVER)
        broker.look_at = monotonic_ms() + LOOK_AGAIN_MS;
}

static void end_watch(size_t index) {
    tell_gone(broker.watches[index].pid, broker.watches[index].start_ticks);
    if (broker.watches[index].pidfd >= 0)
        close(broker.watches[index].pidfd);
    broker.watches[index] = broker.watches[--broker.watch_count];
}

/* For watches without a pidfd; no longer than there are any. */
static void look_at_watches(int64_t now) {
    broker.look_at = NEVER;
    for (size_t i = 0; i < broker.watch_count; i++) {
        if (broker.watches[i].pidfd >= 0)
            continue;
        broker.look_at = now + LOOK_AGAIN_MS;
        if (!is_there(&broker.watches[i]))
            end_watch(i--);
    }
}

/* --- Directories --- */

static void tell_changed(uint32_t directory, const char *name) {
    size_t frame = frame_begin(&broker.out, EVENT_CHANGED, 0);
    put_u32(&broker.out, directory);
    put_string(&broker.out, name);
    frame_end(&broker.out, frame);
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
    size_t frame = frame_begin(&broker.out, EVENT_WARNING, 0);
    put_string(&broker.out, text);
    frame_end(&broker.out, frame);
}

static void watch_directory(uint32_t request, struct reader *reader) {
    const char *path = read_string(reader);
    uint32_t number = 0;
    int error = read_all(reader) ? directory_watch(path, &number) : EINVAL;
    if (error != 0) {
        refuse(request, error, 0, "watch directory", path);
        return;
    }
    warn_of_lack();
    size_t frame = frame_begin(&broker.out, EVENT_DONE, request);
    put_u32(&broker.out, number);
    frame_end(&broker.out, frame);
}

static void forget_directory(uint32_t request, struct reader *reader) {
    uint32_t number = read_u32(reader);
    if (read_all(reader) && directory_forget(number))
        done(request);
    else
        refuse(request, EINVAL, 0, "forget", "a directory that is not watched");
}

/* --- The meter --- */

/* Its reports wait in its socket until we take them. */
static int start_meter(void) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        struct buffer in = broker.in;
        forget_the_broker(&ends[1], 1);
        buffer_release(&in);
        meter_main(ends[1]);
    }
    int error = errno;
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        errno = error;
        return -1;
    }
    add_child((struct child){.pid = pid, .tidy = true});
    broker.meter = pid;
    broker.meter_socket = ends[0];
    return 0;
}

/* As much as it takes now: it may be reading a large directory. Once it has ended nobody needs the rest. */
static void pass_on_orders(void) {
    while (buffer_length(&broker.orders) > 0) {
        const uint8_t *order = broker.orders.data + broker.orders.start;
        size_t length = peek_u32(order);
        ssize_t sent = send(broker.meter_socket, order + 4, length, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno != EPIPE && errno != ECONNRESET)
            return;
        buffer_consume(&broker.orders, sent < 0 ? buffer_length(&broker.orders) : 4 + length);
    }
}

static int order_meter(struct meter_order order, char **paths) {
    struct buffer message = {0};
    buffer_reserve(&message, sizeof order);
    memcpy(message.data, &order, sizeof order);
    message.end = sizeof order;
    for (; *paths; paths++) {
        size_t size = strlen(*paths) + 1;
        buffer_reserve(&message, size);
        memcpy(message.data + message.end, *paths, size);
        message.end += size;
    }
    bool fits = message.end <= METER_MAX_ORDER;
    if (fits)
        put_block(&broker.orders, message.data, (uint32_t)message.end);
    buffer_release(&message);
    pass_on_orders();
    errno = EMSGSIZE;
    return fits ? 0 : -1;
}

static void meter(uint32_t request, struct reader *reader) {
    struct meter_order order = {.subject = read_u32(reader)};
    order.verify_ms = read_u32(reader);
    order.limit = (uint64_t)read_i64(reader);
    size_t count;
    char **paths = read_strings(reader, 0, &count);
    if (!paths || !read_all(reader))
        refuse(request, EINVAL, 0, "understand", "the directories to be metered");
    else if ((broker.meter == 0 && start_meter() < 0) || order_meter(order, paths) < 0)
        refuse(request, errno == EAGAIN ? ENOBUFS : errno, 0, "meter", count > 0 ? paths[0] : "a directory no longer");
    else
        done(request);
    free(paths);
}

/* --- The loop --- */

static void set_timer(struct reader *reader) {
    uint32_t delay = read_u32(reader);
    if (read_all(reader))
        broker.timer_at = delay == 0 ? NEVER : monotonic_ms() + delay;
}

static void echo(struct reader *reader) {
    size_t frame = frame_begin(&broker.out, EVENT_ECHO, 0);
    put_u32(&broker.out, read_u32(reader));
    frame_end(&broker.out, frame);
}

/* The locks first: whoever sees the end of the events may count on them. */
_Noreturn static void leave(void) {
    for (size_t i = 0; i < broker.lock_count; i++)
        close(broker.locks[i].fd);
    if (broker.wanted_path)
        close(broker.wanted_fd);
    exit(0);
}

static void obey(uint8_t type, uint32_t request, struct reader *reader) {
    switch (type) {
    case COMMAND_LOCK: lock(request, reader); break;
    case COMMAND_UNLOCK: unlock(request, reader); break;
    case COMMAND_HOLDER: holder(request, reader); break;
    case COMMAND_LAUNCH: launch(request, reader); break;
    case COMMAND_SPAWN: start_program(request, reader); break;
    case COMMAND_RUN: run(request, reader); break;
    case COMMAND_SIGNAL: signal_process(request, reader); break;
    case COMMAND_KILL_TREE: kill_tree(request, reader); break;
    case COMMAND_WATCH_PID: watch_pid(request, reader); break;
    case COMMAND_WATCH_DIR: watch_directory(request, reader); break;
    case COMMAND_FORGET_DIR: forget_directory(request, reader); break;
    case COMMAND_TIMER: set_timer(reader); break;
    case COMMAND_ECHO: echo(reader); break;
    case COMMAND_METER: meter(request, reader); break;
    case COMMAND_QUIT: leave();
    default: refuse(request, ENOSYS, 0, "obey", "an unknown command");
    }
}

static void obey_commands(void) {
    while (buffer_length(&broker.in) >= 4) {
        uint8_t *frame = broker.in.data + broker.in.start;
        uint32_t length = peek_u32(frame);
        errno = 0;
        if (length < WIRE_HEADER - 4 || length > WIRE_MAX_FRAME)
            die(EXIT_WRONG_USE, "unable to read a command of %u bytes", length);
        if (buffer_length(&broker.in) - 4 < length)
            return;
        struct reader reader = {.at = frame + WIRE_HEADER, .end = frame + 4 + length};
        obey(frame[4], peek_u32(frame + 5), &reader);
        buffer_consume(&broker.in, 4 + (size_t)length);
    }
}

static void read_commands(void) {
    size_t want = 4096;
    if (buffer_length(&broker.in) >= 4) {
        size_t whole = 4 + (size_t)peek_u32(broker.in.data + broker.in.start);
        want = whole - buffer_length(&broker.in);
    }
    buffer_reserve(&broker.in, want);
    ssize_t count = read(broker.commands, broker.in.data + broker.in.end, want);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    /* Our JVM is gone, and with us go its locks. The coordinators go on. */
    if (count <= 0)
        leave();
    broker.in.end += (size_t)count;
    obey_commands();
}

static void write_events(void) {
    while (buffer_length(&broker.out) > 0) {
        ssize_t count = write(broker.events, broker.out.data + broker.out.start, buffer_length(&broker.out));
        if (count < 0 && errno == EAGAIN)
            return;
        if (count < 0 && errno != EINTR)
            leave();
        if (count > 0)
            buffer_consume(&broker.out, (size_t)count);
    }
}

static int64_t earlier(int64_t left, int64_t right) {
    return left == NEVER || (right != NEVER && right < left) ? right : left;
}

/* Then nothing is asked for that can wait elsewhere. */
static bool is_behind(void) {
    return buffer_length(&broker.out) > BACKLOG;
}

static int64_t look_at_directories_at(void) {
    return is_behind() ? NEVER : directories_look_at();
}

static int patience(int64_t now) {
    int64_t at = earlier(earlier(broker.timer_at, broker.look_at), earlier(broker.sweep_at, look_at_directories_at()));
    if (broker.wanted_path)
        at = earlier(at, now + LOCK_RETRY_MS);
    if (broker.reap_again)
        return 0;
    if (at == NEVER)
        return -1;
    int64_t wait = at - now;
    return wait < 0 ? 0 : wait > 1000000000 ? 1000000000 : (int)wait;
}

static void act_on_time(int64_t now) {
    if (broker.wanted_path)
        try_wanted_lock(now);
    if (broker.look_at != NEVER && now >= broker.look_at)
        look_at_watches(now);
    if (broker.sweep_at != NEVER && now >= broker.sweep_at)
        sweep(now);
    if (look_at_directories_at() != NEVER && now >= look_at_directories_at())
        directories_look(now, tell_changed);
    if (broker.timer_at != NEVER && now >= broker.timer_at) {
        broker.timer_at = NEVER;
        frame_end(&broker.out, frame_begin(&broker.out, EVENT_TIMER, 0));
    }
}

static void drain_signals(void) {
    struct signalfd_siginfo signals[8];
    if (read(broker.signals, signals, sizeof signals) >= 0 || errno == EAGAIN)
        reap(NULL);
}

enum { SLOT_COMMANDS, SLOT_EVENTS, SLOT_SIGNALS, SLOT_WORDS, SLOT_RESULTS, SLOT_INOTIFY, SLOT_METER, FIRST_WATCH };

static struct pollfd meter_wants(bool behind) {
    bool ordered = buffer_length(&broker.orders) > 0;
    if (broker.meter == 0 || (behind && !ordered))
        return (struct pollfd){.fd = -1};
    return (struct pollfd){.fd = broker.meter_socket, .events = (short)((behind ? 0 : POLLIN) | (ordered ? POLLOUT : 0))};
}

static void wait_and_act(struct pollfd *slots) {
    bool behind = is_behind();
    size_t watches = broker.watch_count;
    slots[SLOT_COMMANDS] = (struct pollfd){.fd = broker.commands, .events = POLLIN};
    slots[SLOT_EVENTS] = (struct pollfd){.fd = broker.events, .events = buffer_length(&broker.out) > 0 ? POLLOUT : 0};
    slots[SLOT_SIGNALS] = (struct pollfd){.fd = broker.signals, .events = POLLIN};
    slots[SLOT_WORDS] = (struct pollfd){.fd = behind ? -1 : broker.words_in, .events = POLLIN};
    slots[SLOT_RESULTS] = (struct pollfd){.fd = behind ? -1 : broker.results_in, .events = POLLIN};
    slots[SLOT_INOTIFY] = (struct pollfd){.fd = behind ? -1 : directories_descriptor(), .events = POLLIN};
    slots[SLOT_METER] = meter_wants(behind);
    for (size_t i = 0; i < watches; i++)
        slots[FIRST_WATCH + i] = (struct pollfd){.fd = broker.watches[i].pidfd, .events = POLLIN};
    if (poll(slots, FIRST_WATCH + watches, patience(monotonic_ms())) < 0)
        return;
    if (slots[SLOT_SIGNALS].revents || broker.reap_again)
        drain_signals();
    if (slots[SLOT_WORDS].revents)
        pass_on_words();
    if (slots[SLOT_RESULTS].revents)
        pass_on_results();
    if (slots[SLOT_INOTIFY].revents)
        directories_take_events(tell_changed);
    if (slots[SLOT_METER].revents & POLLOUT)
        pass_on_orders();
    if (slots[SLOT_METER].revents & ~POLLOUT)
        pass_on_reports();
    /* From the end, because the last takes the place of one that ends. */
    for (size_t i = watches; i > 0; i--)
        if (slots[FIRST_WATCH + i - 1].revents)
            end_watch(i - 1);
    act_on_time(monotonic_ms());
    if (slots[SLOT_COMMANDS].revents)
        read_commands();
    if (slots[SLOT_EVENTS].revents & (POLLERR | POLLHUP))
        leave();
    write_events();
}

_Noreturn void broker_main(int commands, int events) {
    int keeps[] = {commands, events}, words[2], results[2];
    close_others(3, keeps, 2);
    fcntl(commands, F_SETFD, FD_CLOEXEC);
    fcntl(events, F_SETFD, FD_CLOEXEC);
    process_table_open();
    broker.commands = commands;
    broker.events = events;
    broker.signals = claim_signals();
    broker.timer_at = broker.look_at = broker.sweep_at = NEVER;
    if (pipe2(words, O_CLOEXEC | O_NONBLOCK) < 0)
        die(EXIT_SYSTEM, "unable to make a pipe");
    /* A keeper may wait until its result is taken. */
    if (pipe2(results, O_CLOEXEC) < 0)
        die(EXIT_SYSTEM, "unable to make a pipe");
    set_nonblocking(results[0]);
    broker.results_in = results[0];
    broker.results_out = results[1];
    broker.words_in = words[0];
    broker.words_out = words[1];
    set_nonblocking(commands);
    set_nonblocking(events);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
        die(EXIT_SYSTEM, "unable to become the subreaper");
    title_set(BROKER_NAME, BROKER_NAME);

    size_t hello = frame_begin(&broker.out, EVENT_HELLO, 0);
    put_u32(&broker.out, WIRE_VERSION);
    frame_end(&broker.out, hello);
    write_events();

    struct pollfd *slots = NULL;
    for (size_t capacity = 0;;) {
        if (capacity < FIRST_WATCH + broker.watch_count) {
            capacity = 2 * (FIRST_WATCH + broker.watch_count);
            free(slots);
            slots = calloc(capacity, sizeof *slots);
            if (!slots)
                die(EXIT_SYSTEM, "unable to allocate %zu slots", capacity);
        }
        wait_and_act(slots);
    }
}
