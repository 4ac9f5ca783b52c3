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

static bool pidfd_missing;
static int proc = -1;

void process_table_open(void) {
    proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0)
        die(EXIT_SYSTEM, "unable to open /proc");
}

/* The name in parentheses may itself hold spaces and parentheses: what counts starts after the last one. */
static bool parse_stat(char *text, struct process *process) {
    char *close = strrchr(text, ')');
    int parent, session;
    long threads;
    if (!close
        || sscanf(close + 1, " %c %d %*d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %ld %*d %" SCNu64,
                  &process->state, &parent, &session, &threads, &process->start_ticks)
               != 5)
        return false;
    process->parent = parent;
    process->session = session;
    process->alive = process->state != 'X' && (process->state != 'Z' || threads > 1);
    return true;
}

bool process_read(pid_t pid, struct process *process) {
    char path[32], text[1024];
    snprintf(path, sizeof path, "%d/stat", (int)pid);
    int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0)
        return false;
    text[length] = 0;
    process->pid = pid;
    return parse_stat(text, process);
}

static int by_pid(const void *left, const void *right) {
    pid_t a = ((const struct process *)left)->pid, b = ((const struct process *)right)->pid;
    return (a > b) - (a < b);
}

void process_scan(struct process_table *table) {
    table->count = 0;
    int fd = openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (!directory)
        return;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
            continue;
        if (table->count == table->capacity) {
            size_t capacity = table->capacity ? table->capacity * 2 : 128;
            struct process *items = realloc(table->items, capacity * sizeof *items);
            if (!items)
                break;
            table->items = items;
            table->capacity = capacity;
        }
        if (process_read((pid_t)atoi(entry->d_name), &table->items[table->count]))
            table->count++;
    }
    closedir(directory);
    if (table->count > 0)
        qsort(table->items, table->count, sizeof *table->items, by_pid);
}

void process_table_release(struct process_table *table) {
    free(table->items);
    *table = (struct process_table){0};
}

void process_without_pidfd(void) {
    pidfd_missing = true;
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
    if (process_read(pid, &process) && process.start_ticks == start_ticks)
        return fd;
    close(fd);
    errno = ESRCH;
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
    if (!process_read(pid, &process) || process.start_ticks != start_ticks)
        return ESRCH;
    return kill(pid, signal) < 0 ? errno : 0;
}

static const struct process *find(const struct process_table *table, pid_t pid, size_t *index) {
    struct process key = {.pid = pid};
    const struct process *found =
        table->count ? bsearch(&key, table->items, table->count, sizeof key, by_pid) : NULL;
    if (found)
        *index = (size_t)(found - table->items);
    return found;
}

static bool is_seed(const struct tree *tree, const struct process *process, bool session_is_ours) {
    if (process->pid == tree->root)
        return tree->with_root && session_is_ours;
    if (tree->with_root && session_is_ours && process->session == tree->root
        && process->start_ticks >= tree->root_ticks)
        return true;
    return tree->strays_of != 0 && process->parent == tree->strays_of
           && tree->is_stray(process->pid, tree->context);
}

/*
 * The kernel gives a number to nobody else while a session bears it, so a living stranger under it means that the session is a stranger's. Of a dead root, collected
 * or not, the caller may know only about when it started.
 */
static bool owns_session(const struct tree *tree, const struct process *leader) {
    return !leader || leader->start_ticks == tree->root_ticks
           || (!leader->alive && leader->start_ticks > tree->root_ticks);
}

/* Which processes of the table belong to the tree; NULL if there is no memory. */
static bool *mark(const struct tree *tree, const struct process_table *table) {
    bool *members = calloc(table->count + 1, sizeof *members);
    if (!members)
        return NULL;
    size_t root, parent;
    bool session_is_ours = !tree->with_root || owns_session(tree, find(table, tree->root, &root));
    for (size_t i = 0; i < table->count; i++)
        members[i] = is_seed(tree, &table->items[i], session_is_ours);
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t i = 0; i < table->count; i++) {
            const struct process *process = &table->items[i];
            if (members[i] || process->pid == getpid() || !find(table, process->parent, &parent))
                continue;
            if (members[parent] || (process->parent == tree->root && session_is_ours && process->pid != tree->root)) {
                members[i] = true;
                grew = true;
            }
        }
    }
    return members;
}

static bool is_frozen(const struct process *process) {
    /* D: in the kernel (a parent inside vfork, say), where it cannot fork again. */
    return !process->alive || process->state == 'T' || process->state == 't' || process->state == 'D';
}

size_t tree_kill(const struct tree *tree, int64_t bound_ms, pid_t *left, size_t max) {
    struct process_table table = {0};
    int64_t start = monotonic_ms();
    bool freezing = true;
    size_t alive = 0;
    for (int64_t pause = 1;; pause = pause < 20 ? pause * 2 : pause) {
        tree->reap(tree->context);
        process_scan(&table);
        bool *members = mark(tree, &table);
        bool frozen = true;
        alive = 0;
        for (size_t i = 0; members && i < table.count; i++) {
            if (!members[i] || !table.items[i].alive)
                continue;
            if (alive < max)
                left[alive] = table.items[i].pid;
            alive++;
            frozen = frozen && is_frozen(&table.items[i]);
        }
        /* What cannot be stopped must not keep the rest alive. */
        if (frozen || monotonic_ms() - start > bound_ms / 10)
            freezing = false;
        for (size_t i = 0; members && i < table.count; i++)
            if (members[i] && !(freezing && is_frozen(&table.items[i])))
                process_signal(table.items[i].pid, table.items[i].start_ticks, freezing ? SIGSTOP : SIGKILL);
        free(members);
        if (alive == 0 || monotonic_ms() - start >= bound_ms)
            break;
        sleep_ms(freezing ? 1 : pause);
    }
    tree->reap(tree->context);
    process_table_release(&table);
    return alive;
}

void tree_signal(const struct tree *tree, const int *signals, size_t count) {
    struct process_table table = {0};
    process_scan(&table);
    bool *members = mark(tree, &table);
    for (size_t i = 0; members && i < table.count; i++)
        for (size_t s = 0; members[i] && s < count; s++)
            process_signal(table.items[i].pid, table.items[i].start_ticks, signals[s]);
    free(members);
    process_table_release(&table);
}
