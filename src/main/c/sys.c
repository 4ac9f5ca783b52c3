#include "sys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

bool is_shortage(int error) {
    return error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE || error == ENOSPC || error == EDQUOT
           || error == EIO || error == EROFS;
}

int exit_for(int error) {
    return is_shortage(error) ? EXIT_NOT_YET : EXIT_SYSTEM;
}

_Noreturn void die(int status, const char *format, ...) {
    int error = errno;
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    dprintf(STDERR_FILENO, "thermos-native: %s%s%s\n", text, error ? ": " : "", error ? strerror(error) : "");
    _exit(status == EXIT_SYSTEM ? exit_for(error) : status);
}

void *grow(void *items, size_t count, size_t size) {
    char *grown = realloc(items, (count + 1) * size);
    if (!grown)
        die(EXIT_SYSTEM, "unable to allocate %zu elements", count + 1);
    memset(grown + count * size, 0, size);
    return grown;
}

int64_t monotonic_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t wall_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void sleep_ms(int64_t ms) {
    struct timespec wait = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&wait, NULL);
}

int raise_descriptor(int fd, int minimum) {
    int raised = fcntl(fd, F_DUPFD_CLOEXEC, minimum);
    if (raised < 0)
        die(EXIT_SYSTEM, "unable to duplicate descriptor %d", fd);
    close(fd);
    return raised;
}

static bool is_kept(int fd, const int *keeps, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (keeps[i] == fd)
            return true;
    return false;
}

/* /proc/self/fd names only what is open; the limit on descriptors may be a billion. */
void close_others(int minimum, const int *keeps, size_t count) {
#ifdef SYS_close_range
    if (count == 0 && syscall(SYS_close_range, (unsigned)minimum, ~0u, 0u) == 0)
        return;
#endif
    DIR *directory = opendir("/proc/self/fd");
    if (!directory)
        die(EXIT_SYSTEM, "unable to list /proc/self/fd");
    for (struct dirent *entry; (entry = readdir(directory));) {
        int fd = atoi(entry->d_name);
        if (entry->d_name[0] != '.' && fd >= minimum && fd != dirfd(directory) && !is_kept(fd, keeps, count))
            close(fd);
    }
    closedir(directory);
}

void set_nonblocking(int fd) {
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
        die(EXIT_SYSTEM, "unable to make descriptor %d non-blocking", fd);
}

void null_descriptor(int fd) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0)
        die(EXIT_SYSTEM, "unable to open /dev/null");
    if (null == fd)
        fcntl(fd, F_SETFD, 0);
    else if (dup2(null, fd) >= 0)
        close(null);
}

void reset_signals(void) {
    /* The kernel's own form: all zeros is the default action, also for the two or three signals that the C library keeps from us. */
    static const unsigned long standard[8];
    for (int signal = 1; signal < NSIG; signal++)
        syscall(SYS_rt_sigaction, signal, standard, NULL, (size_t)8);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

int claim_signals(void) {
    static const int ignored[] = {SIGINT, SIGHUP, SIGPIPE, SIGQUIT, SIGUSR1, SIGXFSZ};
    static const int claimed[] = {SIGCHLD, SIGTERM, SIGUSR2};
    struct sigaction standard = {.sa_handler = SIG_DFL}, ignore = {.sa_handler = SIG_IGN};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof claimed / sizeof *claimed; i++)
        sigaddset(&set, claimed[i]);
    sigprocmask(SIG_SETMASK, &set, NULL);
    for (size_t i = 0; i < sizeof claimed / sizeof *claimed; i++)
        sigaction(claimed[i], &standard, NULL);
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        sigaction(ignored[i], &ignore, NULL);
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        die(EXIT_SYSTEM, "unable to make a signalfd");
    return fd;
}
