/* The fields of a SPAWN command. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "spawn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *copy = malloc(size + 1);
    memcpy(copy, data, size);
    struct reader reader = {.at = copy, .end = copy + size};
    struct program_spec spec;
    if (read_program_spec(&reader, &spec)) {
        drop_own_variable(spec.environment);
        for (char **variable = spec.environment; *variable; variable++)
            if (strncmp(*variable, "THERMOS_BROKER=", 15) == 0)
                abort();
    }
    release_program_spec(&spec);
    free(copy);
    return 0;
}
