#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proctree.h"
#include "strays.h"
#include "sys.h"
#include "title.h"
#include "tree.h"

_Static_assert(sizeof(struct run_result) == RUN_RESULT_SIZE && RUN_RESULT_SIZE <= PIPE_BUF, "a result must be written at once");

enum { KILL_BOUND_MS = 1000, KILL_AGAIN_MS = 1000, KILL_AGAIN_MAX_MS = 60000, MAX_COLLECTED = 256 };

struct keeper {
    pid_t child;
    const char *name;
    bool ended, reap_again;
    int signals, output;
    int report;    /* of the program's start, see spawn.h; -1: it has been read */
    int64_t pause; /* ms, before what could not be killed is looked at again */
    int64_t until; /* monotonic ms */
    struct run_result result;
};

bool read_run_command(struct reader *reader, struct run_command *command) {
    command->timeout = read_u32(reader);
    return read_program_spec(reader, &command->program);
}

void release_run_command(struct run_command *command) {
    release_program_spec(&command->program);
}

/* No more than so many at once: there may be one that dies in the time that it takes to collect another, for ever. */
static void reap(void *context) {
    struct keeper *keeper = context;
    int status;
    keeper->reap_again = true;
    for (int collected = 0; keeper->reap_again && collected < MAX_COLLECTED; collected++) {
        pid_t pid = waitpid(-1, &status, WNOHANG);
        keeper->reap_again = pid > 0;
        if (pid != keeper->child || keeper->ended)
            continue;
        keeper->ended = true;
        keeper->result.status = (uint32_t)status;
    }
}

/* Whoever descends from us and has lost its parent is our child: without children there is nobody left. */
static bool has_children(void) {
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

static bool kill_everything(struct keeper *keeper) {
    struct tree tree = {.root = getpid(), .reap = reap, .context = keeper};
    int64_t bound = monotonic_ms() + KILL_BOUND_MS;
    pid_t left[1];
    for (reap(keeper); has_children() && monotonic_ms() < bound; reap(keeper))
        tree_kill(&tree, bound - monotonic_ms(), left, 1);
    return !has_children();
}

/* The beginning is kept, the rest read and forgotten. As read(2). */
static ssize_t read_output(struct keeper *keeper) {
    static char rest[65536];
    struct run_result *result = &keeper->result;
    size_t room = sizeof result->output - result->length;
    ssize_t count = room > 0 ? read(keeper->output, result->output + result->length, room) : read(keeper->output, rest, sizeof rest);
    if (room > 0 && count > 0)
        result->length += (uint32_t)count;
    return count;
}

static void read_what_is_left(struct keeper *keeper) {
    while (keeper->result.length < sizeof keeper->result.output && read_output(keeper) > 0)
        continue;
}

static bool is_told_to_end(const struct keeper *keeper) {
    struct signalfd_siginfo signal;
    bool told = false;
    while (read(keeper->signals, &signal, sizeof signal) == sizeof signal)
        told = told || signal.ssi_signo != SIGCHLD;
    return told;
}

/* Every attempt looks at all processes for a second: what stays for ever, on a dead file system say, must not cost that much for ever. */
static void kill_again(struct keeper *keeper) {
    do {
        sleep_ms(keeper->pause);
        keeper->pause = keeper->pause < KILL_AGAIN_MAX_MS / 2 ? keeper->pause * 2 : KILL_AGAIN_MAX_MS;
    } while (!kill_everything(keeper));
}

_Noreturn static void end_with_the_broker(struct keeper *keeper) {
    if (!kill_everything(keeper))
        kill_again(keeper);
    _exit(0);
}

static void tell_not_started(struct keeper *keeper, const char *unable, int error) {
    struct run_result *result = &keeper->result;
    const char *why = strerror(error);
    int length = strcmp(unable, "execute") == 0
                     ? snprintf(result->output, sizeof result->output, "%s", why)
                     : snprintf(result->output, sizeof result->output, "unable to %s %s: %s", unable, keeper->name, why);
    result->length = length < (int)sizeof result->output ? (uint32_t)length : (uint32_t)sizeof result->output - 1;
    result->end = RUN_NOT_STARTED;
}

/* True if the program runs, or did. */
static bool has_started(struct keeper *keeper) {
    const char *unable;
    int error = keeper->report < 0 ? 0 : spawn_end(keeper->report, &unable);
    keeper->report = -1;
    if (error != 0)
        tell_not_started(keeper, unable, error);
    return error == 0;
}

/* The start of the program too may take as long as a file system likes. */
static void supervise(struct keeper *keeper) {
    bool open = true;
    for (reap(keeper); !keeper->ended; reap(keeper)) {
        int64_t wait = keeper->until - monotonic_ms();
        if (wait <= 0) {
            keeper->result.end = RUN_TIMED_OUT;
            return;
        }
        struct pollfd waits[] = {{.fd = keeper->signals, .events = POLLIN},
                                 {.fd = open ? keeper->output : -1, .events = POLLIN},
                                 {.fd = keeper->report, .events = POLLIN}};
        if (poll(waits, 3, keeper->reap_again ? 0 : wait > INT_MAX ? INT_MAX : (int)wait) < 0)
            continue;
        if (waits[0].revents && is_told_to_end(keeper))
            end_with_the_broker(keeper);
        if (waits[1].revents)
            open = read_output(keeper) != 0;
        if (waits[2].revents && !has_started(keeper))
            return;
    }
    has_started(keeper);
}

static void start(struct keeper *keeper, struct run_command *command) {
    int ends[2];
    const char *unable = "make a pipe for";
    keeper->name = command->program.argv[0];
    if (pipe2(ends, O_CLOEXEC) == 0) {
        set_nonblocking(ends[0]);
        keeper->output = ends[0];
        command->program.own_group = true;
        command->program.output_fd = ends[1];
        command->program.dies_with_us = true;
        unable = UNABLE_TO_FORK;
        keeper->child = spawn_begin(&command->program, &keeper->report);
        int error = errno;
        close(ends[1]);
        errno = error;
    }
    if (keeper->child < 0)
        tell_not_started(keeper, unable, errno);
}

_Noreturn void run_main(struct run_command *command, int results, pid_t broker) {
    static struct keeper keeper = {.child = -1, .report = -1, .pause = KILL_AGAIN_MS};
    keeper.until = monotonic_ms() + command->timeout;
    keeper.result.keeper = (uint32_t)getpid();
    title_set(KEEPER_NAME, KEEPER_NAME);
    if (setsid() < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) < 0)
        die(EXIT_SYSTEM, "unable to become the keeper of a command");
    keeper.signals = claim_signals();
    process_table_open();
    if (getppid() != broker) /* It died before it could be asked about. */
        _exit(0);
    start(&keeper, command);
    if (keeper.child > 0)
        supervise(&keeper);
    bool gone = kill_everything(&keeper);
    if (keeper.result.end != RUN_NOT_STARTED)
        read_what_is_left(&keeper);
    while (write(results, &keeper.result, sizeof keeper.result) < 0 && errno == EINTR)
        continue;
    close(results);
    /* Something in the kernel's hands, on a dead file system say, or another account's. The result need not wait for that, but nobody else would end it. */
    if (!gone)
        kill_again(&keeper);
    _exit(0);
}
