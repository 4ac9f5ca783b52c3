#include "locks.h"

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

pid_t lock_holder(const char *path) {
    struct stat status;
    char line[256], kind[16];
    if (stat(path, &status) < 0)
        return -1;
    FILE *locks = fopen("/proc/locks", "re");
    if (!locks)
        return 0;
    pid_t same_inode = 0, same_device = 0;
    while (fgets(line, sizeof line, locks)) {
        int pid;
        unsigned major_number, minor_number;
        uint64_t inode;
        /* A line of somebody who waits has an arrow before the kind and does not fit. */
        if (sscanf(line, "%*d: %15s %*s %*s %d %x:%x:%" SCNu64, kind, &pid, &major_number, &minor_number, &inode) != 5
            || strcmp(kind, "FLOCK") != 0 || inode != (uint64_t)status.st_ino)
            continue;
        same_inode = pid;
        if (major(status.st_dev) == major_number && minor(status.st_dev) == minor_number)
            same_device = pid;
    }
    fclose(locks);
    /* On overlayfs and btrfs stat and /proc/locks disagree about the device: then the inode alone has to do. */
    pid_t holder = same_device ? same_device : same_inode;
    return holder > 0 ? holder : 0;
}
