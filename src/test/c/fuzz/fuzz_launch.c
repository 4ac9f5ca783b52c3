/* The fields of a LAUNCH command. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "record.h"
#include "spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *copy = malloc(size + 1);
    memcpy(copy, data, size);
    struct reader reader = {.at = copy, .end = copy + size};
    struct run_spec spec;
    if (read_run_spec(&reader, &spec)) {
        /* What a coordinator relies on. */
        struct record record;
        size_t length = 0;
        for (char **argument = spec.argv; *argument; argument++)
            length += strlen(*argument);
        for (size_t i = 0; i < spec.environment_count; i++)
            length += strlen(spec.environment[i]);
        for (size_t i = 0; i < spec.log.component_count; i++)
            if (strchr(spec.log.components[i], '/'))
                abort();
        if (spec.checkpoint[0] != '/' || length > size || spec.environment[spec.environment_count + 1] != NULL)
            abort();
        record_forked(&record, spec.seq < INT64_MAX ? spec.seq + 1 : 0, spec.process, 1, 1);
        record_running(&record, 2, spec.process, 1, 1);
        record_end(&record, 3, spec.process, 0, 1);
        if (record.length > sizeof record.bytes)
            abort();
    }
    release_run_spec(&spec);
    free(copy);
    return 0;
}
