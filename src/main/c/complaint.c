#include "complaint.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int destination = -1, plain = STDERR_FILENO;
/* Also when the command's process complains, before it has become the command. */
static pid_t coordinator;

void complain_to(int fd) {
    destination = fd;
    coordinator = getpid();
    if (fd < 0)
        plain = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
}

void complain(const char *format, ...) {
    struct complaint complaint = {.pid = (uint32_t)coordinator};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(complaint.text, sizeof complaint.text, format, arguments);
    va_end(arguments);
    if (destination < 0)
        dprintf(plain, "thermos-coordinator[%u]: %s\n", complaint.pid, complaint.text);
    else if (write(destination, &complaint, sizeof complaint) < 0)
        return;
}
