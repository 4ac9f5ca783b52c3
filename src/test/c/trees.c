/*
 * Processes that are hard to kill: trees KIND HEARTBEAT. Those that keep forking count their generations in the first eight bytes of the heartbeat's file; the others
 * write "ready" to it once they are what they are to be. All of them end by themselves after ten seconds, whatever becomes of the test.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LIFE_S = 10, LANES = 4, LANE_LIFE_US = 4000 };

static _Atomic uint64_t *beats;
static const char *heartbeat;
static time_t end;

static time_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

static void open_beats(void) {
    int fd = open(heartbeat, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0 || ftruncate(fd, 8) < 0)
        exit(2);
    beats = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (beats == MAP_FAILED)
        exit(2);
    close(fd);
}

static void beat(void) {
    (*beats)++;
    if (now() > end)
        _exit(0);
}

static void ready(void) {
    int fd = open(heartbeat, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (write(fd, "ready\n", 6) != 6)
        exit(2);
    close(fd);
}

/* Each generation makes the next and is gone. */
static void comet(int leaves) {
    for (;;) {
        beat();
        if (leaves)
            setsid();
        if (fork() > 0)
            _exit(0);
    }
}

/* A few at a time, each of which makes a leaf and a successor and waits for neither. */
static void bomb(int leaves) {
    for (int lane = 0; lane < LANES; lane++) {
        if (fork() != 0)
            continue;
        for (;;) {
            beat();
            if (leaves)
                setsid();
            usleep(LANE_LIFE_US);
            if (fork() == 0) {
                usleep(LANE_LIFE_US); /* A leaf. */
                _exit(0);
            }
            if (fork() > 0)
                _exit(0);
        }
    }
}

/* Stays in vfork(2), which is not to be interrupted, most of the time. */
static void vforks(char **argv) {
    for (;;) {
        beat();
        pid_t child = vfork();
        if (child == 0) {
            execl(argv[0], argv[0], "nothing", heartbeat, (char *)NULL);
            _exit(1);
        }
        waitpid(child, NULL, 0);
    }
}

/* A comet whose every generation is another program. */
static void execs(char **argv) {
    beat();
    if (vfork() == 0) {
        execv(argv[0], argv);
        _exit(1);
    }
    _exit(0);
}

static void *linger(void *unused) {
    ready();
    sleep(LIFE_S);
    _exit(0);
    return unused;
}

static void headless(void) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, linger, NULL) != 0)
        exit(2);
    pthread_exit(NULL);
}

static void traced(void) {
    pid_t child = fork();
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        sleep(LIFE_S);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    ready();
    sleep(LIFE_S);
}

static void deaf(void) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    ready();
    sleep(LIFE_S);
}

static void stopped(void) {
    ready();
    for (;;)
        raise(SIGSTOP);
}

static void on_termination(int signal) {
    (void)signal;
    const char *directory = heartbeat;
    char path[4096];
    /* Beside the heartbeat: one file for each that was told. */
    snprintf(path, sizeof path, "%s.told.%d", directory, (int)getpid());
    int fd = open(path, O_WRONLY | O_CREAT, 0666);
    close(fd);
    _exit(0);
}

/* Eight that tell of SIGTERM, each made in another way: plain, stopped, in its own session, with its parent gone ... */
static void listeners(void) {
    signal(SIGTERM, on_termination);
    for (int i = 1; i < 8; i++) {
        int done[2];
        if (pipe(done) < 0)
            exit(2);
        pid_t child = fork();
        if (child == 0) {
            if (i & 2)
                setsid();
            if ((i & 4) && fork() > 0)
                _exit(0);
            if (write(done[1], "x", 1) != 1)
                _exit(2);
            if (i & 1)
                raise(SIGSTOP);
            for (time_t until = now() + LIFE_S; now() < until;)
                pause();
            _exit(0);
        }
        char byte;
        if (read(done[0], &byte, 1) != 1)
            exit(2);
        /* Or it might be told too. */
        if (i & 4)
            waitpid(child, NULL, 0);
        close(done[0]);
        close(done[1]);
    }
    ready();
    for (;;)
        pause();
}

static char state_of(pid_t pid) {
    char path[32], text[256];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    close(fd);
    text[length > 0 ? length : 0] = 0;
    char *name_end = strrchr(text, ')');
    return name_end ? name_end[2] : 'X';
}

/* A broker in its own session, whose parent is killed, by a stranger, as soon as it has been stopped. */
static void betrayed(void) {
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        setsid();
        prctl(PR_SET_NAME, "thermos-broker");
        sleep(LIFE_S);
        _exit(0);
    }
    pid_t between = fork();
    if (between == 0) {
        setsid();
        if (fork() > 0)
            _exit(0);
        ready();
        char state;
        while ((state = state_of(child)) != 'T' && state != 'Z' && state != 'X' && now() < end)
            continue;
        kill(parent, SIGKILL);
        _exit(0);
    }
    waitpid(between, NULL, 0);
    sleep(LIFE_S);
}

int main(int argc, char **argv) {
    if (argc < 3)
        return 1;
    const char *kind = argv[1];
    heartbeat = argv[2];
    if (strcmp(kind, "nothing") == 0)
        return 0;
    signal(SIGALRM, SIG_DFL);
    /* Handed on from program to program, since a comet may be many. */
    const char *until = getenv("TREES_END");
    end = until ? (time_t)atoll(until) : now() + LIFE_S;
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)end);
    setenv("TREES_END", text, 1);
    if (strcmp(kind, "headless") == 0)
        headless();
    if (strcmp(kind, "traced") == 0)
        traced();
    if (strcmp(kind, "deaf") == 0)
        deaf();
    if (strcmp(kind, "stopped") == 0)
        stopped();
    if (strcmp(kind, "betrayed") == 0)
        betrayed();
    if (strcmp(kind, "listeners") == 0)
        listeners();
    open_beats();
    if (strcmp(kind, "comet") == 0)
        comet(0);
    if (strcmp(kind, "leaving-comet") == 0)
        comet(1);
    if (strcmp(kind, "bomb") == 0)
        bomb(0);
    if (strcmp(kind, "leaving-bomb") == 0)
        bomb(1);
    if (strcmp(kind, "vforks") == 0)
        vforks(argv);
    if (strcmp(kind, "execs") == 0)
        execs(argv);
    return 1;
}
