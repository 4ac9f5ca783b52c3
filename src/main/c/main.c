/*
 * thermos-native: what the JVMs of Thermos cannot do themselves, in three roles.
 *   launch -- program arguments...   runs a program with a broker at its side
 *   broker COMMANDS EVENTS           serves one JVM over these two descriptors
 *   coordinator                      runs one process, told on standard input, with nobody above (for tests)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "broker.h"
#include "coordinator.h"
#include "proctree.h"
#include "sys.h"
#include "title.h"

enum { EVENTS_FD = 3, COMMANDS_FD = 4, SAFE_FD = 10 };

_Noreturn static void wrong_use(void) {
    errno = 0;
    die(EXIT_WRONG_USE, "usage: thermos-native launch -- PROGRAM [ARGUMENT...] | broker COMMANDS EVENTS | coordinator");
}

/* The program keeps this process's pid, terminal and parent; the broker is its child and ends with it. */
_Noreturn static void launch(char **command) {
    int commands[2], events[2];
    if (pipe(commands) < 0 || pipe(events) < 0)
        die(EXIT_SYSTEM, "unable to make a pipe");
    for (int i = 0; i < 2; i++) {
        commands[i] = raise_descriptor(commands[i], SAFE_FD);
        events[i] = raise_descriptor(events[i], SAFE_FD);
    }
    pid_t broker = fork();
    if (broker == 0)
        broker_main(commands[0], events[1]);
    if (broker < 0)
        die(EXIT_SYSTEM, "unable to fork the broker");
    if (dup2(events[0], EVENTS_FD) < 0 || dup2(commands[1], COMMANDS_FD) < 0 || setenv(BROKER_VARIABLE, "3,4", 1) < 0)
        die(EXIT_SYSTEM, "unable to hand on the descriptors");
    execvp(command[0], command);
    die(errno == ENOENT ? 127 : 126, "unable to execute %s", command[0]);
}

static int descriptor(const char *text) {
    char *end;
    long fd = strtol(text, &end, 10);
    if (*text == 0 || *end != 0 || fd < 0 || fd > 1 << 20 || fcntl((int)fd, F_GETFD) < 0)
        die(EXIT_WRONG_USE, "unable to use descriptor %s", text);
    return (int)fd;
}

/* Started with its pipes as standard input and output, it makes standard error the console of what it runs. */
_Noreturn static void broker(char **arguments) {
    int commands = raise_descriptor(descriptor(arguments[0]), SAFE_FD);
    int events = raise_descriptor(descriptor(arguments[1]), SAFE_FD);
    if (fcntl(STDIN_FILENO, F_GETFD) < 0)
        null_descriptor(STDIN_FILENO);
    if (fcntl(STDOUT_FILENO, F_GETFD) < 0)
        dup2(STDERR_FILENO, STDOUT_FILENO);
    broker_main(commands, events);
}

int main(int argc, char **argv) {
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            null_descriptor(fd);
    title_init(argv);
    const char *role = argc > 1 ? argv[1] : "";
    if (strcmp(role, "launch") == 0 && argc > 3 && strcmp(argv[2], "--") == 0)
        launch(argv + 3);
    if (strcmp(role, "broker") == 0 && argc == 5 && strcmp(argv[2], "--old-kernel") == 0) {
        process_as_of_old();
        broker(argv + 3);
    }
    if (strcmp(role, "broker") == 0 && argc == 4)
        broker(argv + 2);
    if (strcmp(role, "coordinator") == 0 && argc == 2)
        coordinator_alone();
    wrong_use();
}
