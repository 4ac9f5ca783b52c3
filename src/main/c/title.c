#include "title.h"

#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

extern char **environ;

static char *area;
static size_t arguments_size, whole_size;

void title_init(char **argv) {
    char *end = argv[0];
    area = argv[0];
    for (char **argument = argv; *argument; argument++)
        if (*argument == end)
            end += strlen(end) + 1;
    arguments_size = (size_t)(end - area);
    for (char **variable = environ; *variable; variable++)
        if (*variable == end)
            end += strlen(end) + 1;
    whole_size = (size_t)(end - area);
}

void title_set(const char *title, const char *short_name) {
    prctl(PR_SET_NAME, short_name, 0, 0, 0);
    if (!area || whole_size == 0)
        return;
    size_t length = strnlen(title, whole_size - 1);
    memcpy(area, title, length);
    /* The kernel shows all of the arguments' place, and looks beyond it only if its last byte is not NUL. */
    size_t cleared = length < arguments_size ? arguments_size : length + 1;
    memset(area + length, 0, cleared - length);
}
