#include "events.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "wire.h"

enum { BACKLOG = 65536 };

static struct buffer out;

struct buffer *events(void) {
    return &out;
}

void answer_done(uint32_t request) {
    frame_end(&out, frame_begin(&out, EVENT_DONE, request));
}

void answer_refused(uint32_t request, int error, pid_t holder, const char *unable, const char *whom) {
    char text[1024];
    snprintf(text, sizeof text, "unable to %s %s: %s", unable, whom, strerror(error));
    size_t frame = frame_begin(&out, EVENT_REFUSED, request);
    put_u32(&out, (uint32_t)error);
    put_u32(&out, (uint32_t)holder);
    put_string(&out, text);
    frame_end(&out, frame);
}

bool events_write(int fd) {
    while (buffer_length(&out) > 0) {
        ssize_t count = write(fd, out.data + out.start, buffer_length(&out));
        if (count < 0 && errno == EAGAIN)
            return true;
        if (count < 0 && errno != EINTR)
            return false;
        if (count > 0)
            buffer_consume(&out, (size_t)count);
    }
    return true;
}

bool events_wait(void) {
    return buffer_length(&out) > 0;
}

bool events_pile_up(void) {
    return buffer_length(&out) > BACKLOG;
}

void events_forget(void) {
    buffer_release(&out);
}
