#include "locks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int lock_open(const char *path) {
    return open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0644);
}

int lock_try(int fd) {
    int result;
    do
        result = flock(fd, LOCK_EX | LOCK_NB);
    while (result < 0 && errno == EINTR);
    return result < 0 ? errno : 0;
}

bool lock_parse(const char *text, struct lock_line *line) {
    char kind[16];
    int pid;
    /* A line of somebody who waits has an arrow before the kind and does not fit. */
    if (sscanf(text, "%*d: %15s %*s %*s %d %x:%x:%" SCNu64, kind, &pid, &line->device_major, &line->device_minor, &line->inode) != 5)
        return false;
    line->holder = pid;
    return strcmp(kind, "FLOCK") == 0;
}

/* How often the list is read until it may be believed that nobody is in it. */
enum { MOST_LOOKS = 5 };

/* Whether a process has the file open: 1, 0, or -1 with errno if that cannot be seen. */
static int has_open(pid_t pid, const struct stat *file) {
    char path[64];
    bool found = false, hidden = false;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *directory = opendir(path);
    if (!directory)
        return errno == ENOENT || errno == ESRCH ? 0 : -1;
    for (struct dirent *entry; !found && (entry = readdir(directory));) {
        struct stat status;
        if (entry->d_name[0] == '.')
            continue;
        if (fstatat(dirfd(directory), entry->d_name, &status, 0) == 0)
            found = status.st_dev == file->st_dev && status.st_ino == file->st_ino;
        else
            hidden = hidden || errno == EACCES; /* Of a process in another user namespace. */
    }
    closedir(directory);
    errno = EACCES;
    return found ? 1 : hidden ? -1 : 0;
}

static pid_t listed_holder(const struct stat *status) {
    char text[256];
    FILE *locks = fopen("/proc/locks", "re");
    if (!locks)
        return -1;
    pid_t holder = 0;
    while (holder == 0 && fgets(text, sizeof text, locks)) {
        struct lock_line line;
        if (!lock_parse(text, &line) || line.inode != (uint64_t)status->st_ino || line.holder <= 0)
            continue;
        bool same_device = major(status->st_dev) == line.device_major && minor(status->st_dev) == line.device_minor;
        /*
         * The list names who took the lock. He may be dead, a child may keep it, and his number may be a stranger's; on overlayfs and btrfs the device is not stat's
         * either, and another file may have the inode. So he has to have the file open. Of another account's process only the kernel can see that, and it will not let us
         * signal it.
         */
        int opened = has_open(line.holder, status);
        if (opened > 0 || (opened < 0 && errno == EACCES && same_device))
            holder = line.holder;
        else if (opened < 0 && errno != EACCES)
            holder = -1;
    }
    int error = errno;
    fclose(locks);
    errno = error;
    return holder;
}

pid_t lock_holder(const char *path) {
    struct stat status;
    if (stat(path, &status) < 0)
        return -1;
    pid_t holder = 0;
    /* The kernel gives the list out in pieces, by index: whenever a lock ends between two of them, another is left out. */
    for (int look = 0; holder == 0 && look < MOST_LOOKS; look++)
        holder = listed_holder(&status);
    return holder;
}
