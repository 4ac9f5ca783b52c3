#include "word.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static int destination = -1, plain = STDERR_FILENO;
/* Also when the command's process complains, before it has become the command. */
static pid_t coordinator;
static bool due;

void word_to(int fd) {
    destination = fd;
    coordinator = getpid();
    if (fd < 0)
        plain = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
}

void complain(const char *format, ...) {
    struct word word = {.pid = (uint32_t)coordinator, .kind = WORD_COMPLAINT};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(word.text, sizeof word.text, format, arguments);
    va_end(arguments);
    if (destination < 0)
        dprintf(plain, "thermos-coordinator[%u]: %s\n", word.pid, word.text);
    else if (write(destination, &word, sizeof word) < 0)
        return;
}

void tell_recorded(void) {
    struct word word = {.pid = (uint32_t)coordinator, .kind = WORD_RECORDED};
    due = destination >= 0 && write(destination, &word, sizeof word) < 0 && errno == EAGAIN;
}

struct pollfd word_wants(void) {
    return (struct pollfd){.fd = due ? destination : -1, .events = POLLOUT};
}
