#include "spec.h"

#include <stdlib.h>
#include <string.h>

#include "record.h"

static bool is_one_name(const char *component) {
    return component[0] != 0 && !strchr(component, '/') && strcmp(component, ".") != 0 && strcmp(component, "..") != 0;
}

static bool is_sensible(const struct run_spec *spec) {
    const struct log_spec *log = &spec->log;
    for (size_t i = 0; i < log->component_count; i++)
        if (!is_one_name(log->components[i]))
            return false;
    return spec->checkpoint[0] == '/' && spec->argv[0] != NULL && spec->argv[0][0] != 0 && spec->process[0] != 0
           && strlen(spec->process) <= PROCESS_NAME_MAX && spec->seq >= 0 && spec->switch_time <= SWITCH_AFTER_SPAWN
           && log->destination <= LOG_NONE && (!spec->chroot || spec->directory[0] != 0)
           && (!log->rotating || (log->limit >= 1 && log->backups >= 1));
}

bool read_run_spec(struct reader *reader, struct run_spec *spec) {
    size_t argument_count;
    *spec = (struct run_spec){0};
    spec->checkpoint = read_string(reader);
    spec->process = read_string(reader);
    spec->seq = read_i64(reader);
    spec->argv = read_strings(reader, 0, &argument_count);
    spec->directory = read_string(reader);
    spec->chroot = read_u8(reader) != 0;
    spec->switch_time = read_u8(reader);
    read_account(reader, &spec->account);
    spec->environment = read_strings(reader, 1, &spec->environment_count);
    spec->profile = read_string(reader);
    spec->profile_name = read_string(reader);
    spec->log.base = read_string(reader);
    spec->log.components = read_strings(reader, 0, &spec->log.component_count);
    spec->log.destination = read_u8(reader);
    spec->log.rotating = read_u8(reader) != 0;
    spec->log.limit = read_i64(reader);
    spec->log.backups = read_u32(reader);
    spec->inherit_stdin = read_u8(reader) != 0;
    spec->title = read_string(reader);
    return read_all(reader) && is_sensible(spec);
}

void release_run_spec(struct run_spec *spec) {
    free(spec->argv);
    free(spec->account.groups);
    free(spec->environment);
    free(spec->log.components);
    *spec = (struct run_spec){0};
}
