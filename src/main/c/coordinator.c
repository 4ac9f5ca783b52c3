#include "coordinator.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "logs.h"
#include "proctree.h"
#include "record.h"
#include "spawn.h"
#include "strays.h"
#include "sys.h"
#include "title.h"
#include "tree.h"
#include "wire.h"
#include "word.h"

enum { KILL_BOUND_MS = 1000, MAX_COLLECTED = 256, RETRY_MIN_MS = 100, RETRY_MAX_MS = 10000, RETRY_BOUND_MS = 15 * 60 * 1000 };
/* For how long a run that has been recorded as begun waits for what its command needs to start. */
enum { SHORTAGE_BOUND_MS = 30 * 1000, SHORTAGE_MIN_MS = 10, SHORTAGE_MAX_MS = 1000 };

/* What a command that could not be started ends with, as in a shell. */
enum { CODE_SETUP = 125, CODE_CANNOT_EXECUTE = 126, CODE_NOT_FOUND = 127 };

struct run {
    char process[PROCESS_NAME_MAX + 1];
    int64_t seq;
    int checkpoint;
    int signals;
    int null; /* /dev/null, which a chroot may not have */
    struct stream streams[2];
    pid_t child;
    bool ended;
    int status;       /* of the child, as wait tells it */
    bool terminating; /* was told to: then the run lasts as long as anything of it */
    int64_t start_time, stop_time;
    bool running_written;
    bool reap_again; /* there may be more children to collect, of which no signal will tell */
    int64_t patient_until, pause; /* monotonic ms, ms: while something is lacking that the command needs to start */
};

static uint8_t buffers[2][READ_SIZE];

/* --- Before anything can be seen from outside --- */

static bool is_abandoned(struct surroundings surroundings) {
    struct pollfd above[] = {{.fd = surroundings.commands}, {.fd = surroundings.words}};
    return poll(above, 2, 0) > 0 && ((above[0].revents & POLLHUP) || (above[1].revents & POLLERR));
}

/* The name of a file that may be new must survive a power cut like its first record, or the run would be made again. */
static int sync_directory_of(const char *path) {
    char *directory = strdup(path);
    if (!directory)
        return errno;
    strrchr(directory, '/')[1] = 0;
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(directory);
    if (fd < 0)
        return errno;
    int error = fsync(fd) < 0 && errno != EINVAL ? errno : 0; /* Some file systems know no such thing. */
    close(fd);
    return error;
}

static int claim_checkpoint(const struct run_spec *spec) {
    int64_t last_seq;
    off_t whole;
    int fd = open(spec->checkpoint, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0644);
    if (fd < 0) {
        int error = errno;
        complain("unable to open checkpoint %s: %s", spec->checkpoint, strerror(error));
        _exit(exit_for(error));
    }
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        int error = errno;
        complain("unable to lock checkpoint %s: %s", spec->checkpoint,
                 error == EWOULDBLOCK ? "an earlier run still holds it" : strerror(error));
        _exit(error == EWOULDBLOCK ? EXIT_BUSY : exit_for(error));
    }
    int error = checkpoint_inspect(fd, &last_seq, &whole);
    struct stat status;
    if (error == 0 && fstat(fd, &status) == 0 && status.st_size > whole && S_ISREG(status.st_mode)) {
        complain("checkpoint %s ended in %lld bytes of a torn record, which are cut off", spec->checkpoint,
                 (long long)(status.st_size - whole));
        error = ftruncate(fd, whole) < 0 ? errno : 0;
    }
    if (error == 0 && whole == 0)
        error = sync_directory_of(spec->checkpoint);
    if (error == EBADMSG) {
        complain("unable to append to checkpoint %s: it is damaged at offset %lld, though records follow; move it away", spec->checkpoint,
                 (long long)whole);
        _exit(EXIT_SYSTEM);
    }
    if (error != 0) {
        complain("unable to read checkpoint %s: %s", spec->checkpoint, strerror(error));
        _exit(exit_for(error));
    }
    if (last_seq > spec->seq) {
        complain("unable to start %s: checkpoint %s is already at seq %lld, past %lld", spec->process, spec->checkpoint,
                 (long long)last_seq, (long long)spec->seq);
        _exit(EXIT_SUPERSEDED);
    }
    return fd;
}

static void write_forked(struct run *run, const struct run_spec *spec) {
    struct record record;
    record_forked(&record, run->seq + 1, run->process, getpid(), wall_us());
    int error = record_append(run->checkpoint, &record, tell_recorded);
    if (error == 0)
        return;
    complain("unable to write FORKED to checkpoint %s: %s", spec->checkpoint, strerror(error));
    _exit(exit_for(error));
}

/* --- Shortages: something may be there a little later --- */

/* Told to end before there is a command: the run ends as its process would have. */
static bool is_told_to_end(struct run *run) {
    struct signalfd_siginfo signal;
    while (read(run->signals, &signal, sizeof signal) == sizeof signal)
        if (signal.ssi_signo != SIGCHLD)
            run->status = signal.ssi_signo == SIGTERM ? SIGTERM : SIGKILL;
    return run->status != 0;
}

/* Whether to try again, after a pause, what failed for the reason in errno; otherwise errno is what it was. */
static bool try_again(struct run *run, const char *unable) {
    int error = errno;
    int64_t now = monotonic_ms();
    if (!is_shortage(error) || (run->patient_until != 0 && now >= run->patient_until))
        return false;
    if (run->patient_until == 0) {
        run->patient_until = now + SHORTAGE_BOUND_MS;
        run->pause = SHORTAGE_MIN_MS;
        complain("unable to %s: %s; trying again for %d s", unable, strerror(error), SHORTAGE_BOUND_MS / 1000);
    }
    struct pollfd told = {.fd = run->signals, .events = POLLIN};
    poll(&told, 1, (int)run->pause);
    run->pause = run->pause < SHORTAGE_MAX_MS ? run->pause * 2 : SHORTAGE_MAX_MS;
    bool ends = is_told_to_end(run);
    errno = error;
    return !ends;
}

/* --- Set-up: each step returns NULL or what it was unable to do, with errno telling why --- */

static const char *isolate(void) {
    if (setsid() < 0)
        return "make a session";
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 ? "become the subreaper" : NULL;
}

static bool wants_files(const struct log_spec *log) {
    return log->destination == LOG_FILE || log->destination == LOG_BOTH;
}

static const char *enter_chroot(const struct run_spec *spec) {
    if (!spec->chroot)
        return NULL;
    return chdir(spec->directory) < 0 || chroot(".") < 0 || chdir("/") < 0 ? "chroot into the sandbox" : NULL;
}

static const char *open_streams(struct run *run, const struct run_spec *spec, int directory, int *outputs) {
    static const char *const names[] = {"stdout", "stderr"};
    const struct log_spec *log = &spec->log;
    for (int i = 0; i < 2; i++) {
        struct stream *stream = &run->streams[i];
        *stream = (struct stream){.name = names[i], .pipe = -1, .directory = directory, .file = -1, .console = -1,
                                  .limit = log->limit, .backups = log->backups, .buffer = buffers[i]};
        stream->rotating = log->rotating && wants_files(log);
        if (wants_files(log) && (stream->file = log_file_open(directory, names[i], stream->rotating)) < 0)
            return i == 0 ? "open the log file stdout" : "open the log file stderr";
        if (log->destination == LOG_CONSOLE) {
            outputs[i] = STDOUT_FILENO + i;
            continue;
        }
        if (log->destination == LOG_FILE && !stream->rotating) {
            outputs[i] = stream->file;
            continue;
        }
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) < 0)
            return "make a pipe";
        set_nonblocking(ends[0]);
        stream->pipe = ends[0];
        outputs[i] = ends[1];
        if (log->destination == LOG_BOTH && (stream->console = fcntl(STDOUT_FILENO + i, F_DUPFD_CLOEXEC, 3)) < 0)
            return "keep the console";
    }
    return NULL;
}

static void close_streams(struct run *run, int *outputs) {
    for (int i = 0; i < 2; i++) {
        struct stream *stream = &run->streams[i];
        int own[] = {stream->pipe, stream->console, stream->file, outputs[i] == stream->file ? -1 : outputs[i]};
        for (size_t k = 0; k < sizeof own / sizeof *own; k++)
            if (own[k] > STDERR_FILENO)
                close(own[k]);
        stream->pipe = stream->console = stream->file = outputs[i] = -1;
    }
}

static const char *set_up(struct run *run, struct run_spec *spec, int *outputs) {
    bool switches = spec->switch_time != SWITCH_NEVER, as_owner = spec->switch_time == SWITCH_AFTER_SPAWN;
    const char *unable = isolate();
    if (unable)
        return unable;
    int directory;
    while ((directory = log_directory_open(&spec->log, switches ? &spec->account : NULL)) < 0)
        if (!try_again(run, "make the log directory"))
            return "make the log directory (no part of it may be a symbolic link)";
    if ((unable = enter_chroot(spec)))
        return unable;
    if (spec->switch_time == SWITCH_BEFORE_SPAWN && become(&spec->account) < 0)
        return "become the process's user";
    if (as_owner && create_as(&spec->account) < 0)
        return "create logs as the process's user";
    while ((unable = open_streams(run, spec, directory, outputs)) && try_again(run, unable))
        close_streams(run, outputs);
    int error = errno;
    if (as_owner)
        create_as_self();
    if (!run->streams[0].rotating)
        close(directory);
    errno = error;
    return unable;
}

/* --- The command's process --- */

static void add_profile(struct run_spec *spec) {
    if (spec->profile[0] == 0 || access(spec->profile, F_OK) < 0)
        return;
    size_t size = strlen(spec->profile_name) + sizeof "BASH_ENV=";
    char *variable = malloc(size);
    if (!variable)
        die(CODE_SETUP, "unable to allocate BASH_ENV");
    snprintf(variable, size, "BASH_ENV=%s", spec->profile_name);
    spec->environment[spec->environment_count] = variable;
}

_Noreturn static void give_up(int code, const char *unable, const char *what) {
    int error = errno;
    complain("unable to %s %s: %s", unable, what, strerror(error));
    dprintf(STDERR_FILENO, "thermos: unable to %s %s: %s\n", unable, what, strerror(error));
    _exit(code);
}

extern char **environ;

/* An account that is at its limit of processes when it is switched to may not execute anything either. */
static void execute(char **argv) {
    int64_t until = monotonic_ms() + SHORTAGE_BOUND_MS;
    for (int64_t pause = SHORTAGE_MIN_MS; execvp(argv[0], argv) < 0 && errno == EAGAIN && monotonic_ms() < until;
         pause = pause < SHORTAGE_MAX_MS ? pause * 2 : SHORTAGE_MAX_MS)
        sleep_ms(pause);
}

_Noreturn static void be_command(struct run *run, struct run_spec *spec, const int *outputs) {
    prctl(PR_SET_NAME, COMMAND_NAME, 0, 0, 0);
    reset_signals();
    if (!spec->inherit_stdin && dup2(run->null, STDIN_FILENO) < 0)
        give_up(CODE_SETUP, "redirect", "the input");
    for (int i = 0; i < 2; i++)
        if (outputs[i] != STDOUT_FILENO + i && dup2(outputs[i], STDOUT_FILENO + i) < 0)
            give_up(CODE_SETUP, "redirect", "the output");
    if (!spec->chroot && spec->directory[0] != 0 && chdir(spec->directory) < 0)
        give_up(CODE_SETUP, "enter directory", spec->directory);
    add_profile(spec); /* At the end, which moves when a variable is dropped. */
    drop_own_variable(spec->environment);
    environ = spec->environment;
    execute(spec->argv);
    give_up(errno == ENOENT || errno == ENOTDIR ? CODE_NOT_FOUND : CODE_CANNOT_EXECUTE, "execute", spec->argv[0]);
}

/* Where the outputs are no longer needed here, so that their other ends see the end of file. */
static void leave_outputs(struct run *run, const int *outputs) {
    for (int i = 0; i < 2; i++) {
        if (outputs[i] > STDERR_FILENO && outputs[i] != run->streams[i].file)
            close(outputs[i]);
        if (run->streams[i].pipe < 0 && run->streams[i].file >= 0) {
            close(run->streams[i].file);
            run->streams[i].file = -1;
        }
        dup2(run->null, STDOUT_FILENO + i);
    }
    dup2(run->null, STDIN_FILENO);
}

/* --- The end of a run --- */

/* No more than so many at once: there may be one that dies in the time that it takes to collect another, for ever. */
static void reap(void *context) {
    struct run *run = context;
    int status;
    run->reap_again = true;
    for (int collected = 0; run->reap_again && collected < MAX_COLLECTED; collected++) {
        pid_t pid = waitpid(-1, &status, WNOHANG);
        run->reap_again = pid > 0;
        if (pid != run->child || run->ended)
            continue;
        run->ended = true;
        run->status = status;
        run->stop_time = wall_us();
    }
}

static bool has_children(void) {
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

static struct tree everything_below(struct run *run) {
    return (struct tree){.root = getpid(), .reap = reap, .context = run};
}

static void kill_everything(struct run *run) {
    int64_t bound = monotonic_ms() + KILL_BOUND_MS;
    pid_t left[1] = {0};
    struct tree tree = everything_below(run);
    for (reap(run); has_children() && monotonic_ms() < bound; reap(run)) {
        tree_kill(&tree, bound - monotonic_ms(), left, 1);
        if (has_children())
            sleep_ms(1);
    }
    if (has_children())
        complain("unable to kill all processes left by %s, among them %d", run->process, (int)left[0]);
}

static void terminate_everything(struct run *run) {
    struct tree tree = everything_below(run);
    tree_terminate(&tree);
}

static bool makes_sense_to_retry(const struct run *run, int error) {
    struct stat status;
    return (is_shortage(error) || error == EFBIG) && fstat(run->checkpoint, &status) == 0 && status.st_nlink > 0;
}

static int write_running(struct run *run) {
    struct record record;
    record_running(&record, run->seq + 2, run->process, run->child, run->start_time);
    int error = record_append(run->checkpoint, &record, tell_recorded);
    run->running_written = error == 0;
    return error;
}

static int write_end(struct run *run) {
    struct record record;
    int error = run->running_written ? 0 : write_running(run);
    if (error != 0)
        return error;
    record_end(&record, run->seq + 3, run->process, run->status, run->stop_time);
    return record_append(run->checkpoint, &record, tell_recorded);
}

/* An exit status must not get lost because a disk is full for a while. */
_Noreturn static void finish(struct run *run) {
    int64_t bound = monotonic_ms() + RETRY_BOUND_MS;
    int error;
    for (int64_t pause = RETRY_MIN_MS; (error = write_end(run)) != 0; pause = pause < RETRY_MAX_MS / 2 ? pause * 2 : RETRY_MAX_MS) {
        bool again = makes_sense_to_retry(run, error) && monotonic_ms() < bound;
        if (!again || pause == RETRY_MIN_MS)
            complain("unable to write the end of %s (wait status 0x%x): %s; %s", run->process, (unsigned)run->status,
                     strerror(error), again ? "trying again" : "giving up");
        if (!again)
            _exit(EXIT_SYSTEM);
        sleep_ms(pause);
    }
    _exit(0);
}

static void finish_streams(struct run *run) {
    stream_finish(&run->streams[0]);
    stream_finish(&run->streams[1]);
}

static void obey(struct run *run) {
    struct signalfd_siginfo signals[4];
    ssize_t length = read(run->signals, signals, sizeof signals);
    for (size_t i = 0; length > 0 && i < (size_t)length / sizeof *signals; i++) {
        if (signals[i].ssi_signo == SIGTERM) {
            terminate_everything(run);
            run->terminating = true;
        }
        if (signals[i].ssi_signo == SIGUSR2) {
            kill_everything(run);
            finish_streams(run);
        }
    }
    reap(run);
}

static void supervise(struct run *run) {
    struct stream *out = &run->streams[0], *err = &run->streams[1];
    while (!run->ended || out->pipe >= 0 || err->pipe >= 0 || (run->terminating && has_children())) {
        struct pollfd waits[] = {{.fd = run->signals, .events = POLLIN}, stream_wants(out), stream_wants(err), word_wants()};
        if (poll(waits, 4, run->reap_again ? 0 : -1) < 0)
            continue;
        if (waits[1].revents)
            stream_pump(out);
        if (waits[2].revents)
            stream_pump(err);
        if (waits[3].revents)
            tell_recorded();
        if (waits[0].revents)
            obey(run);
        else if (run->reap_again)
            reap(run);
    }
}

/* The command's process could not even be made: the run has failed, and says why. */
_Noreturn static void fail_set_up(struct run *run, const char *unable) {
    int error = errno;
    complain("unable to %s: %s", unable, strerror(error));
    if (run->streams[1].file >= 0)
        dprintf(run->streams[1].file, "thermos: unable to %s: %s\n", unable, strerror(error));
    run->child = getpid();
    if (run->status == 0)
        run->status = CODE_SETUP << 8;
    run->stop_time = wall_us();
    finish(run);
}

_Noreturn void coordinator_main(struct run_spec *spec, struct surroundings surroundings, struct buffer *frame) {
    struct run run = {.seq = spec->seq, .child = -1};
    int outputs[2] = {-1, -1};
    run.streams[0] = run.streams[1] = (struct stream){.pipe = -1, .file = -1, .directory = -1, .console = -1};
    snprintf(run.process, sizeof run.process, "%s", spec->process);
    word_to(surroundings.words);
    process_table_open();
    run.signals = claim_signals();
    run.null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (run.null < 0)
        die(EXIT_SYSTEM, "unable to open /dev/null");
    title_set(spec->title, COORDINATOR_NAME);

    if (is_abandoned(surroundings))
        _exit(EXIT_ABANDONED);
    run.checkpoint = claim_checkpoint(spec);
    if (is_abandoned(surroundings))
        _exit(EXIT_ABANDONED);
    if (surroundings.commands >= 0)
        close(surroundings.commands);
    write_forked(&run, spec);

    const char *unable = set_up(&run, spec, outputs);
    for (run.start_time = wall_us(); !unable && (run.child = fork()) < 0; run.start_time = wall_us())
        if (!try_again(&run, "fork the command"))
            unable = "fork the command";
    if (!unable && run.child == 0)
        be_command(&run, spec, outputs);
    if (unable)
        fail_set_up(&run, unable);
    leave_outputs(&run, outputs);
    if (spec->switch_time == SWITCH_AFTER_SPAWN && become(&spec->account) < 0)
        complain("unable to become the user of %s after its start: %s", run.process, strerror(errno));
    if (!spec->chroot && chdir("/") < 0)
        complain("unable to leave the working directory: %s", strerror(errno));
    release_run_spec(spec);
    buffer_release(frame);

    int error = write_running(&run);
    if (error != 0)
        complain("unable to write RUNNING of %s: %s; trying again at its end", run.process, strerror(error));
    supervise(&run);
    kill_everything(&run);
    finish(&run);
}

_Noreturn void coordinator_alone(void) {
    struct buffer frame = {0};
    struct run_spec spec;
    ssize_t count = 1;
    while (count > 0 && buffer_length(&frame) <= 4 + WIRE_MAX_FRAME) {
        buffer_reserve(&frame, 4096);
        count = read(STDIN_FILENO, frame.data + frame.end, 4096);
        frame.end += count > 0 ? (size_t)count : 0;
    }
    errno = 0;
    if (buffer_length(&frame) < WIRE_HEADER || peek_u32(frame.data) != buffer_length(&frame) - 4
        || frame.data[4] != COMMAND_LAUNCH)
        die(EXIT_WRONG_USE, "unable to read a launch frame from standard input");
    struct reader reader = {.at = frame.data + WIRE_HEADER, .end = frame.data + frame.end};
    if (!read_run_spec(&reader, &spec))
        die(EXIT_WRONG_USE, "unable to understand the launch frame on standard input");
    null_descriptor(STDIN_FILENO);
    close_others(3, NULL, 0);
    coordinator_main(&spec, (struct surroundings){-1, -1}, &frame);
}
