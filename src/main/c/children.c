#include "children.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker.h"
#include "coordinator.h"
#include "due.h"
#include "events.h"
#include "proctree.h"
#include "run.h"
#include "spawn.h"
#include "strays.h"
#include "sys.h"
#include "wire.h"
#include "word.h"

enum { SWEEP_BOUND_MS = 300, SWEEP_PAUSE_MS = 1000, SWEEP_MAX_PAUSE_MS = 60000, MAX_COLLECTED = 256 };

static int runner, words[2], results[2];
static struct child *children; /* those we made and have not collected */
static size_t child_count;
static bool launched;   /* a coordinator, ever */
static bool reap_again; /* there may be more children to collect, of which no signal will tell */
static int64_t sweep_at = NEVER;

void children_open(int commands) {
    runner = commands;
    /* A keeper may wait until its result is taken. */
    if (pipe2(words, O_CLOEXEC | O_NONBLOCK) < 0 || pipe2(results, O_CLOEXEC) < 0)
        die(EXIT_SYSTEM, "unable to make a pipe");
    set_nonblocking(results[0]);
}

/* --- Making them --- */

void children_add(struct child child) {
    children = grow(children, child_count, sizeof *children);
    children[child_count++] = child;
}

/* For a child that has not been collected. One whose identity cannot be had could never be signalled: it is ended again. */
static void answer_identity(uint32_t request, struct child child, const char *what) {
    struct process process = {0};
    int error = process_read(child.pid, &process);
    children_add(child);
    if (error != 0) {
        kill(child.pid, SIGKILL);
        answer_refused(request, error, 0, "look at the new process of", what);
        return;
    }
    size_t frame = frame_begin(events(), EVENT_DONE, request);
    put_u32(events(), (uint32_t)child.pid);
    put_i64(events(), (int64_t)process.start_ticks);
    frame_end(events(), frame);
}

void obey_launch(uint32_t request, struct reader *reader) {
    struct run_spec spec;
    if (!read_run_spec(reader, &spec)) {
        release_run_spec(&spec);
        answer_refused(request, EINVAL, 0, "understand", "the launch");
        return;
    }
    struct surroundings surroundings = {.commands = runner, .words = words[1]};
    int keeps[] = {surroundings.words, surroundings.commands};
    struct buffer frame;
    pid_t pid = broker_fork(keeps, 2, &frame);
    if (pid == 0)
        coordinator_main(&spec, surroundings, &frame);
    if (pid < 0) {
        answer_refused(request, errno, 0, "fork a coordinator for", spec.process);
    } else {
        launched = true;
        answer_identity(request, (struct child){.pid = pid, .tidy = true}, spec.process);
    }
    release_run_spec(&spec);
}

void obey_run(uint32_t request, struct reader *reader) {
    struct run_command command;
    if (!read_run_command(reader, &command)) {
        release_run_command(&command);
        answer_refused(request, EINVAL, 0, "understand", "the command to run");
        return;
    }
    struct buffer frame; /* The command points into it. */
    int told = results[1];
    pid_t self = getpid(), pid = broker_fork(&told, 1, &frame);
    if (pid == 0)
        run_main(&command, told, self);
    if (pid < 0)
        answer_refused(request, errno, 0, "fork a keeper for", command.program.argv[0]);
    else
        answer_identity(request, (struct child){.pid = pid, .tidy = true}, command.program.argv[0]);
    release_run_command(&command);
}

void obey_spawn(uint32_t request, struct reader *reader) {
    struct program_spec spec;
    if (!read_program_spec(reader, &spec)) {
        answer_refused(request, EINVAL, 0, "understand", "the program to start");
    } else {
        const char *unable;
        pid_t pid = spawn(&spec, &unable);
        if (pid < 0)
            answer_refused(request, errno, 0, unable, spec.argv[0]);
        else
            answer_identity(request, (struct child){.pid = pid}, spec.argv[0]);
    }
    release_program_spec(&spec);
}

/* --- What they say --- */

int words_descriptor(void) {
    return words[0];
}

void words_pass_on(void) {
    struct word word;
    while (read(words[0], &word, sizeof word) == sizeof word) {
        size_t frame = frame_begin(events(), word.kind == WORD_RECORDED ? EVENT_RECORDED : EVENT_COMPLAINT, 0);
        put_u32(events(), word.pid);
        word.text[sizeof word.text - 1] = 0;
        if (word.kind == WORD_COMPLAINT)
            put_string(events(), word.text);
        frame_end(events(), frame);
    }
}

int results_descriptor(void) {
    return results[0];
}

void results_pass_on(void) {
    struct run_result result;
    while (read(results[0], &result, sizeof result) == sizeof result) {
        size_t frame = frame_begin(events(), EVENT_RESULT, 0);
        put_u32(events(), result.keeper);
        put_u8(events(), (uint8_t)result.end);
        put_u32(events(), result.status);
        put_block(events(), result.output, result.length);
        frame_end(events(), frame);
    }
}

/* --- Their ends --- */

/* NULL if it is none of ours. */
static struct child *find(pid_t pid) {
    for (size_t i = 0; i < child_count; i++)
        if (children[i].pid == pid)
            return &children[i];
    return NULL;
}

static void tell_exited(pid_t pid, int status, bool stray) {
    /* So that its last words come before its end. */
    words_pass_on();
    results_pass_on();
    size_t frame = frame_begin(events(), EVENT_EXITED, 0);
    put_u32(events(), (uint32_t)pid);
    put_u32(events(), (uint32_t)status);
    put_u8(events(), stray);
    frame_end(events(), frame);
}

/*
 * A coordinator that was not killed has left nothing, nor has a keeper. What a killed one started comes to the nearest subreaper: its broker or, if that has died too, one further up.
 * No more than so many are collected at once: there may be one that dies in the time that it takes to collect another, for ever.
 */
void children_reap(void) {
    reap_again = true;
    for (int collected = 0; collected < MAX_COLLECTED; collected++) {
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        reap_again = pid > 0;
        if (pid <= 0)
            break;
        struct child *known = find(pid), child = known ? *known : (struct child){.pid = pid};
        if (!child.tidy || WIFSIGNALED(status))
            sweep_at = 0;
        if (known)
            *known = children[--child_count];
        if (child.ended)
            child.ended(status);
        else
            tell_exited(pid, status, !known);
    }
}

bool children_wait(void) {
    return reap_again;
}

static bool is_stray(const struct process *child, void *context) {
    (void)context;
    return !find(child->pid);
}

static bool is_abandoned(const struct process *child, void *context) {
    return is_stray(child, context) && stray_is_abandoned(child);
}

static void reap(void *context) {
    (void)context;
    children_reap();
}

void children_join(struct tree *tree) {
    tree->strays_of = launched ? getpid() : 0;
    tree->is_stray = is_stray;
    tree->reap = reap;
}

int64_t children_due(void) {
    return sweep_at;
}

/* Kills the children that nobody looks after any more; before anybody is told of the end that made them so. */
void children_act(int64_t now) {
    static int64_t pause = SWEEP_PAUSE_MS;
    if (!is_due(sweep_at, now))
        return;
    struct tree strays = {.strays_of = getpid(), .is_stray = is_abandoned, .reap = reap};
    pid_t left[1];
    sweep_at = NEVER;
    /* What nobody can kill, another account's say, must not keep us busy for ever. */
    if (tree_kill(&strays, SWEEP_BOUND_MS, left, 1) > 0)
        sweep_at = now + (pause = pause < SWEEP_MAX_PAUSE_MS ? pause * 2 : pause);
    else
        pause = SWEEP_PAUSE_MS;
}

void children_forget(void) {
    free(children);
    children = NULL;
    child_count = 0;
}
