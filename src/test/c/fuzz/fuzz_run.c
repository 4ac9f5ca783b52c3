/* The fields of a RUN command: how long the program may take, and then what SPAWN has. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "run.h"

static size_t length_of(char **strings) {
    size_t length = 0;
    for (; *strings; strings++)
        length += strlen(*strings);
    return length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *copy = malloc(size + 1);
    memcpy(copy, data, size);
    struct reader reader = {.at = copy, .end = copy + size};
    struct run_command command;
    if (read_run_command(&reader, &command)) {
        /* What a keeper relies on. */
        const struct program_spec *program = &command.program;
        if (size < 4 || command.timeout != peek_u32(data) || program->argv[0][0] == 0 || program->output_fd != 0 || program->dies_with_us)
            abort();
        if (length_of(program->argv) + length_of(program->environment) + strlen(program->directory) + strlen(program->output) > size)
            abort();
    }
    release_run_command(&command);
    free(copy);
    return 0;
}
