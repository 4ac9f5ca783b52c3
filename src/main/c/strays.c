#include "strays.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sys.h"

/* Looks for the variable that `launch` sets, wherever in the environment it is. */
static bool has_broker(pid_t pid) {
    static const char variable[] = BROKER_VARIABLE "=";
    char path[32], bytes[4096];
    snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == EMFILE || errno == ENFILE || errno == ENOMEM; /* If in doubt it is left alone. */
    size_t matched = 0;
    bool found = false;
    for (ssize_t count; !found && (count = read(fd, bytes, sizeof bytes)) > 0;) {
        for (ssize_t i = 0; i < count && !found; i++) {
            /* sizeof: no part of this variable has matched, and none can before the next one begins. */
            if (bytes[i] == 0)
                matched = 0;
            else
                matched = matched < sizeof variable && bytes[i] == variable[matched] ? matched + 1 : sizeof variable;
            found = matched == sizeof variable - 1;
        }
    }
    close(fd);
    return found;
}

bool stray_is_abandoned(const struct process *stray) {
    return strcmp(stray->name, COORDINATOR_NAME) != 0 && strcmp(stray->name, BROKER_NAME) != 0 && !has_broker(stray->pid);
}
