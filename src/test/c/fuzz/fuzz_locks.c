/* A line of /proc/locks. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "locks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = 0;
    struct lock_line line;
    lock_parse(text, &line);
    free(text);
    return 0;
}
