#include "logs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "word.h"

/* To a pipe that polls as writable, so much can be written without blocking. */
enum { CONSOLE_CHUNK = 4096 };

int log_directory_open(const struct log_spec *log, const struct account *owner) {
    int directory = open(log->base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; directory >= 0 && i < log->component_count; i++) {
        const char *name = log->components[i];
        int next = -1;
        if (mkdirat(directory, name, 0755) == 0 || errno == EEXIST)
            next = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int error = errno;
        close(directory);
        errno = error;
        directory = next;
    }
    if (directory >= 0 && owner && fchown(directory, owner->uid, owner->gid) < 0) {
        int error = errno;
        close(directory);
        errno = error;
        return -1;
    }
    return directory;
}

int log_file_open(int directory, const char *name, bool empty) {
    /* Non-blocking, lest a planted FIFO hold us up. */
    int fd = openat(directory, name, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0644);
    if (fd < 0)
        return -1;
    struct stat status;
    int error = 0;
    if (fstat(fd, &status) < 0)
        error = errno;
    else if (!S_ISREG(status.st_mode) || status.st_nlink > 1)
        error = EPERM;
    else if ((empty && ftruncate(fd, 0) < 0) || fcntl(fd, F_SETFL, O_APPEND) < 0)
        error = errno;
    if (error == 0)
        return fd;
    close(fd);
    errno = error;
    return -1;
}

static void complain_once(struct stream *stream, const char *action) {
    if (!stream->complained)
        complain("unable to %s %s: %s; some of its output is lost", action, stream->name, strerror(errno));
    stream->complained = true;
}

struct log_name {
    char text[32];
};

/* The file itself is number 0. */
static struct log_name numbered(const struct stream *stream, uint32_t number) {
    struct log_name name;
    if (number == 0)
        snprintf(name.text, sizeof name.text, "%s", stream->name);
    else
        snprintf(name.text, sizeof name.text, "%s.%u", stream->name, number);
    return name;
}

/* The first number that no file has yet, or the last one there may be: so many moves are needed, and no more, however many backups are allowed. */
static uint32_t first_free(const struct stream *stream) {
    uint32_t number = 1;
    while (number < stream->backups && faccessat(stream->directory, numbered(stream, number).text, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        number++;
    return number;
}

static void open_file(struct stream *stream, bool empty) {
    stream->file = log_file_open(stream->directory, stream->name, empty);
    stream->position = 0;
    if (stream->file < 0)
        complain_once(stream, "open");
}

static void rotate(struct stream *stream) {
    close(stream->file);
    for (uint32_t i = first_free(stream); i >= 1; i--) {
        struct log_name from = numbered(stream, i - 1), to = numbered(stream, i);
        if (renameat(stream->directory, from.text, stream->directory, to.text) < 0 && errno != ENOENT)
            complain_once(stream, "rotate");
    }
    open_file(stream, true);
}

/* What cannot be written is dropped: a command must never wait for a log. */
static void write_file(struct stream *stream) {
    size_t done = 0;
    if (stream->rotating && stream->file < 0)
        open_file(stream, false);
    while (stream->file >= 0 && done < stream->length) {
        ssize_t count = write(stream->file, stream->buffer + done, stream->length - done);
        if (count > 0) {
            done += (size_t)count;
        } else if (count < 0 && errno != EINTR) {
            complain_once(stream, "write");
            break;
        }
    }
    stream->position += (int64_t)done;
    if (stream->rotating && stream->file >= 0 && stream->position >= stream->limit)
        rotate(stream);
}

static bool is_ready(int fd, short events) {
    struct pollfd poll_fd = {.fd = fd, .events = events};
    return poll(&poll_fd, 1, 0) > 0;
}

static void drop_console(struct stream *stream) {
    complain_once(stream, "show on the console");
    close(stream->console);
    stream->console = -1;
}

static void write_console(struct stream *stream) {
    while (stream->console >= 0 && stream->shown < stream->length && is_ready(stream->console, POLLOUT)) {
        size_t chunk = stream->length - stream->shown;
        ssize_t count = write(stream->console, stream->buffer + stream->shown, chunk < CONSOLE_CHUNK ? chunk : CONSOLE_CHUNK);
        if (count > 0)
            stream->shown += (size_t)count;
        else if (count < 0 && errno == EAGAIN)
            return;
        else if (count < 0 && errno != EINTR)
            drop_console(stream);
    }
}

static bool console_lags(const struct stream *stream) {
    return stream->console >= 0 && stream->shown < stream->length;
}

struct pollfd stream_wants(const struct stream *stream) {
    if (console_lags(stream))
        return (struct pollfd){.fd = stream->console, .events = POLLOUT};
    return (struct pollfd){.fd = stream->pipe, .events = POLLIN};
}

/* True if something was read. */
static bool read_pipe(struct stream *stream) {
    ssize_t count = read(stream->pipe, stream->buffer, READ_SIZE);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    stream->length = stream->shown = 0;
    if (count <= 0) {
        close(stream->pipe);
        stream->pipe = -1;
        return false;
    }
    stream->length = (size_t)count;
    write_file(stream);
    return true;
}

void stream_pump(struct stream *stream) {
    write_console(stream);
    if (!console_lags(stream) && stream->pipe >= 0 && read_pipe(stream))
        write_console(stream);
}

void stream_finish(struct stream *stream) {
    /* Not what is written meanwhile, by somebody whom nobody can kill. */
    int held = 0;
    write_console(stream);
    if (stream->pipe >= 0)
        ioctl(stream->pipe, FIONREAD, &held);
    for (; held > 0 && stream->pipe >= 0 && read_pipe(stream); held -= (int)stream->length)
        write_console(stream);
    if (stream->pipe >= 0)
        close(stream->pipe);
    stream->pipe = -1;
}
