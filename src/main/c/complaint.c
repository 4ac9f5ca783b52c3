#include "complaint.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int destination = -1, plain = STDERR_FILENO;

void complain_to(int fd) {
    destination = fd;
    if (fd < 0)
        plain = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
}

void complain(const char *format, ...) {
    struct complaint complaint = {.pid = (uint32_t)getpid()};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(complaint.text, sizeof complaint.text, format, arguments);
    va_end(arguments);
    if (destination < 0)
        dprintf(plain, "thermos-coordinator[%u]: %s\n", complaint.pid, complaint.text);
    else if (write(destination, &complaint, sizeof complaint) < 0)
        return;
}
