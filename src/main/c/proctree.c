#include "proctree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys.h"

#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

enum { DESCENT_BOUND_MS = 50 };

static bool pidfd_missing, lists_missing;
static int proc = -1, load = -1;

void process_table_open(void) {
    proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0)
        die(EXIT_SYSTEM, "unable to open /proc");
    load = openat(proc, "loadavg", O_RDONLY | O_CLOEXEC);
}

/* The name in parentheses may itself hold spaces and parentheses: what counts starts after the last one. */
bool process_parse(char *text, struct process *process) {
    char *open = strchr(text, '('), *close = strrchr(text, ')');
    int parent, session;
    long threads;
    if (!open || !close || close < open
        || sscanf(close + 1, " %c %d %*d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %ld %*d %" SCNu64,
                  &process->state, &parent, &session, &threads, &process->start_ticks)
               != 5)
        return false;
    *close = 0;
    snprintf(process->name, sizeof process->name, "%s", open + 1);
    process->parent = parent;
    process->session = session;
    process->alive = process->state != 'X' && (process->state != 'Z' || threads > 1);
    return true;
}

int process_read(pid_t pid, struct process *process) {
    char path[32], text[1024];
    snprintf(path, sizeof path, "%d/stat", (int)pid);
    int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? errno : ESRCH;
    ssize_t length = read(fd, text, sizeof text - 1);
    int error = length < 0 && errno == ENOMEM ? ENOMEM : ESRCH;
    close(fd);
    if (length <= 0)
        return error;
    text[length] = 0;
    process->pid = pid;
    return process_parse(text, process) ? 0 : ESRCH;
}

pid_t process_newest(void) {
    char text[128];
    ssize_t length = load < 0 ? -1 : pread(load, text, sizeof text - 1, 0);
    if (length <= 0)
        return 0;
    text[length] = 0;
    char *last = strrchr(text, ' ');
    return last ? (pid_t)atoi(last) : 0;
}

static int by_pid(const void *left, const void *right) {
    pid_t a = ((const struct process *)left)->pid, b = ((const struct process *)right)->pid;
    return (a > b) - (a < b);
}

static bool has_room(struct process_table *table) {
    if (table->count < table->capacity)
        return true;
    size_t capacity = table->capacity ? table->capacity * 2 : 128;
    struct process *items = realloc(table->items, capacity * sizeof *items);
    if (!items)
        return false;
    table->items = items;
    table->capacity = capacity;
    return true;
}

static void sort(struct process_table *table) {
    if (table->count > 0)
        qsort(table->items, table->count, sizeof *table->items, by_pid);
}

static bool add(struct process_table *table, pid_t pid) {
    if (!has_room(table))
        return false;
    table->items[table->count] = (struct process){0};
    int error = process_read(pid, &table->items[table->count]);
    table->count += error == 0;
    return error == 0 || error == ESRCH;
}

bool process_scan(struct process_table *table) {
    table->count = 0;
    table->newest = process_newest();
    int fd = openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (!directory) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool whole = true;
    for (struct dirent *entry; whole && (entry = readdir(directory));)
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
            whole = add(table, (pid_t)atoi(entry->d_name));
    closedir(directory);
    sort(table);
    return whole;
}

/* Each thread has children of its own. */
static bool add_children_of_thread(struct process_table *table, pid_t pid, pid_t thread) {
    char path[64];
    snprintf(path, sizeof path, "%d/task/%d/children", (int)pid, (int)thread);
    int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
    FILE *list = fd < 0 ? NULL : fdopen(fd, "r");
    if (!list) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool whole = true;
    for (int child; whole && fscanf(list, "%d", &child) == 1;) {
        whole = has_room(table);
        if (whole)
            table->items[table->count++] = (struct process){.pid = child, .parent = pid};
    }
    whole = whole && !ferror(list);
    fclose(list);
    return whole;
}

static bool add_children(struct process_table *table, pid_t pid) {
    char path[32];
    snprintf(path, sizeof path, "%d/task", (int)pid);
    int fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *threads = fd < 0 ? NULL : fdopendir(fd);
    if (!threads) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool whole = true;
    for (struct dirent *entry; whole && (entry = readdir(threads));)
        if (entry->d_name[0] != '.')
            whole = add_children_of_thread(table, pid, (pid_t)atoi(entry->d_name));
    closedir(threads);
    return whole;
}

/* Read after its children: who is alive now has not left any to others before. */
static bool read_member(struct process *member, bool is_root) {
    pid_t parent = member->parent;
    return process_read(member->pid, member) == 0 && member->alive && (is_root || member->parent == parent);
}

bool process_descend(struct process_table *table, pid_t root) {
    int64_t bound = monotonic_ms() + DESCENT_BOUND_MS; /* It may grow faster than it is walked. */
    table->count = 0;
    table->newest = process_newest();
    bool whole = !lists_missing && has_room(table);
    if (whole)
        table->items[table->count++] = (struct process){.pid = root};
    for (size_t i = 0; whole && i < table->count; i++)
        whole = add_children(table, table->items[i].pid) && read_member(&table->items[i], i == 0) && monotonic_ms() <= bound;
    sort(table);
    return whole;
}

struct process *process_find(const struct process_table *table, pid_t pid) {
    struct process wanted = {.pid = pid};
    return table->count > 0 ? bsearch(&wanted, table->items, table->count, sizeof wanted, by_pid) : NULL;
}

void process_insert(struct process_table *table, const struct process *process) {
    if (!has_room(table))
        return;
    bool is_last = table->count == 0 || table->items[table->count - 1].pid < process->pid;
    table->items[table->count++] = *process;
    if (!is_last)
        sort(table);
}

void process_table_release(struct process_table *table) {
    free(table->items);
    *table = (struct process_table){0};
}

void process_as_of_old(void) {
    pidfd_missing = lists_missing = true;
}

int process_open(pid_t pid, uint64_t start_ticks) {
    int fd = -1;
    if (pid <= 0) {
        errno = ESRCH;
        return -1;
    }
    if (!pidfd_missing) {
        fd = (int)syscall(SYS_pidfd_open, pid, 0);
        /* Old container sandboxes answer EPERM for system calls that they do not know. */
        pidfd_missing = fd < 0 && (errno == ENOSYS || errno == EPERM);
    }
    if (pidfd_missing)
        errno = ENOSYS;
    if (fd < 0)
        return -1;
    /* Read after opening: from here on the descriptor means whatever process has this number now. */
    struct process process;
    int error = process_read(pid, &process);
    if (error == 0 && process.start_ticks == start_ticks)
        return fd;
    close(fd);
    errno = error ? error : ESRCH;
    return -1;
}

int process_signal(pid_t pid, uint64_t start_ticks, int signal) {
    int fd = process_open(pid, start_ticks);
    if (fd >= 0) {
        int error = syscall(SYS_pidfd_send_signal, fd, signal, NULL, 0) < 0 ? errno : 0;
        close(fd);
        return error;
    }
    if (errno != ENOSYS)
        return errno;
    struct process process;
    int error = process_read(pid, &process);
    if (error != 0 || process.start_ticks != start_ticks)
        return error ? error : ESRCH;
    return kill(pid, signal) < 0 ? errno : 0;
}
