#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys.h"

extern char **environ;

static const char *const steps[] = {"become the user of", "open the output of", "enter the directory of", "execute"};

bool read_program_spec(struct reader *reader, struct program_spec *spec) {
    size_t count;
    *spec = (struct program_spec){0};
    spec->argv = read_strings(reader, 0, &count);
    spec->environment = read_strings(reader, 0, &count);
    spec->directory = read_string(reader);
    spec->own_group = read_u8(reader) != 0;
    spec->output = read_string(reader);
    spec->switches = read_u8(reader) != 0;
    read_account(reader, &spec->account);
    return read_all(reader) && spec->argv[0] != NULL && spec->argv[0][0] != 0;
}

void release_program_spec(struct program_spec *spec) {
    free(spec->argv);
    free(spec->environment);
    free(spec->account.groups);
}

void drop_own_variable(char **environment) {
    char **kept = environment;
    for (char **variable = environment; *variable; variable++)
        if (strncmp(*variable, BROKER_VARIABLE "=", sizeof BROKER_VARIABLE) != 0)
            *kept++ = *variable;
    *kept = NULL;
}

static int redirect_output(const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC, 0600);
    return fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0 ? -1 : 0;
}

/* The index of the step that failed, with errno; does not return otherwise. */
static int be_program(const struct program_spec *spec) {
    reset_signals();
    null_descriptor(STDIN_FILENO);
    if (spec->own_group)
        setpgid(0, 0);
    if (spec->switches && become(&spec->account) < 0)
        return 0;
    if (spec->output[0] != 0 && redirect_output(spec->output) < 0)
        return 1;
    if (spec->output_fd > 0 && (dup2(spec->output_fd, STDOUT_FILENO) < 0 || dup2(spec->output_fd, STDERR_FILENO) < 0))
        return 1;
    /* Another account makes the kernel forget it. */
    if (spec->dies_with_us)
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (spec->directory[0] != 0 && chdir(spec->directory) < 0)
        return 2;
    drop_own_variable(spec->environment);
    environ = spec->environment;
    execvp(spec->argv[0], spec->argv);
    return 3;
}

pid_t spawn_begin(const struct program_spec *spec, int *report) {
    int ends[2], failure[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        failure[0] = be_program(spec);
        failure[1] = errno;
        _exit(write(ends[1], failure, sizeof failure) < 0 ? 126 : 127);
    }
    int error = errno;
    close(ends[1]);
    if (pid < 0)
        close(ends[0]);
    *report = ends[0];
    errno = error;
    return pid;
}

int spawn_end(int report, const char **unable) {
    int failure[2];
    ssize_t count;
    /* Until the program runs, which closes the other end, or has told why it does not. */
    while ((count = read(report, failure, sizeof failure)) < 0 && errno == EINTR)
        continue;
    close(report);
    if (count != sizeof failure)
        return 0;
    *unable = steps[failure[0]];
    return failure[1];
}

pid_t spawn(const struct program_spec *spec, const char **unable) {
    int report;
    *unable = UNABLE_TO_FORK;
    pid_t pid = spawn_begin(spec, &report);
    int error = pid < 0 ? 0 : spawn_end(report, unable);
    if (error == 0)
        return pid;
    waitpid(pid, NULL, 0);
    errno = error;
    return -1;
}
