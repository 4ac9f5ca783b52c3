/* A line of /proc/<pid>/stat; the name in it is the process' own choice. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "proctree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = 0;
    struct process process;
    if (process_parse(text, &process) && strlen(process.name) >= sizeof process.name)
        abort();
    free(text);
    return 0;
}
