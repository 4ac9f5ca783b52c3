#include "directories.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "due.h"
#include "sys.h"

/* Half of it is what a change waits for on average; two hundred directories cost a look about a millisecond. */
enum { LOOK_MS = 250 };

struct directory {
    uint32_t number;
    int watch;      /* inotify's; -1: none was to be had */
    uint64_t print; /* without a watch: what its files looked like */
    char *path;
};

static struct directory *all;
static size_t count;
static uint32_t last_number;
static int inotify = -1;
static int lack;
static int64_t look_at = NEVER;

/* --- Looking --- */

static uint64_t mix(uint64_t print, uint64_t value) {
    print = (print ^ value) * 0x9e3779b97f4a7c15u;
    return print ^ (print >> 29);
}

static uint64_t print_of(int at, const char *name) {
    struct stat status;
    uint64_t print = 1;
    if (fstatat(at, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
        return 0;
    for (const char *c = name; *c; c++)
        print = mix(print, (unsigned char)*c);
    print = mix(print, (uint64_t)status.st_ino);
    print = mix(print, (uint64_t)status.st_size);
    print = mix(print, (uint64_t)status.st_mtim.tv_sec);
    return mix(print, (uint64_t)status.st_mtim.tv_nsec);
}

/* Of all its files together, in whichever order they come. 0 or errno. */
static int take_print(struct directory *directory) {
    DIR *files = opendir(directory->path);
    if (!files)
        return errno;
    uint64_t print = 0;
    for (struct dirent *file; (file = readdir(files));)
        if (strcmp(file->d_name, ".") != 0 && strcmp(file->d_name, "..") != 0)
            print += print_of(dirfd(files), file->d_name);
    closedir(files);
    directory->print = print;
    return 0;
}

/* --- Watching --- */

/* 0 or errno. */
static int attach(struct directory *directory) {
    if (inotify < 0)
        inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (inotify >= 0)
        directory->watch = inotify_add_watch(inotify, directory->path, IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_ONLYDIR);
    return directory->watch < 0 ? errno : 0;
}

static struct directory *find(const struct directory *wanted) {
    for (size_t i = 0; i < count; i++)
        if (wanted->watch >= 0 ? all[i].watch == wanted->watch : strcmp(all[i].path, wanted->path) == 0)
            return &all[i];
    return NULL;
}

static bool is_watched(int watch) {
    for (size_t i = 0; i < count; i++)
        if (all[i].watch == watch)
            return true;
    return false;
}

static void add(struct directory directory) {
    all = grow(all, count, sizeof *all);
    all[count++] = directory;
}

/* 0 or errno. */
static int begin(struct directory *directory) {
    int error = attach(directory);
    /* Without any inotify it is the look that tells whether there is such a directory. */
    if (error == 0 || (inotify >= 0 && !is_shortage(error)))
        return error;
    lack = error;
    error = take_print(directory);
    /* What cannot be looked at for lack of descriptors either will look changed as soon as it can. */
    if (error != 0 && !is_shortage(error))
        return error;
    if (look_at == NEVER)
        look_at = monotonic_ms() + LOOK_MS;
    return 0;
}

int directory_watch(const char *path, uint32_t *number) {
    struct directory wanted = {.watch = -1, .path = strdup(path)};
    if (!wanted.path)
        return ENOMEM;
    int error = begin(&wanted);
    struct directory *known = error == 0 ? find(&wanted) : NULL;
    if (known || error != 0)
        free(wanted.path);
    if (known) {
        *number = known->number;
    } else if (error == 0) {
        wanted.number = *number = ++last_number;
        add(wanted);
    }
    return error;
}

bool directory_forget(uint32_t number) {
    for (size_t i = 0; i < count; i++) {
        if (all[i].number != number)
            continue;
        int watch = all[i].watch;
        free(all[i].path);
        all[i] = all[--count];
        if (watch >= 0 && !is_watched(watch))
            inotify_rm_watch(inotify, watch);
        if (count == 0 && inotify >= 0) {
            close(inotify);
            inotify = -1;
        }
        return true;
    }
    return false;
}

int directories_lack(void) {
    return lack;
}

void directories_release(void) {
    for (size_t i = 0; i < count; i++)
        free(all[i].path);
    free(all);
    all = NULL;
    count = 0;
}

/* --- Telling --- */

int directories_descriptor(void) {
    return inotify;
}

static void tell_of(int watch, const char *name, tell_change *tell) {
    for (size_t i = 0; i < count; i++)
        if (all[i].watch >= 0 && (all[i].watch == watch || watch < 0))
            tell(all[i].number, name);
}

static bool was_told(const char *begin, const char *end, const struct inotify_event *event) {
    for (const char *at = begin; at < end;) {
        const struct inotify_event *earlier = (const void *)at;
        if (earlier->wd == event->wd && earlier->len == event->len && strcmp(earlier->name, event->name) == 0)
            return true;
        at += sizeof *earlier + earlier->len;
    }
    return false;
}

void directories_take_events(tell_change *tell) {
    _Alignas(struct inotify_event) char events[4096];
    ssize_t length = read(inotify, events, sizeof events);
    for (const char *at = events; length > 0 && at < events + length;) {
        const struct inotify_event *event = (const void *)at;
        if (event->mask & IN_Q_OVERFLOW)
            tell_of(-1, "", tell);
        else if (event->len > 0 && !was_told(events, at, event))
            tell_of(event->wd, event->name, tell);
        at += sizeof *event + event->len;
    }
}

int64_t directories_look_at(void) {
    return look_at;
}

void directories_look(int64_t now, tell_change *tell) {
    look_at = NEVER;
    lack = 0;
    for (size_t i = 0; i < count; i++) {
        struct directory *directory = &all[i];
        if (directory->watch >= 0)
            continue;
        /* First, so that nothing falls in between. */
        int error = attach(directory);
        uint64_t before = directory->print;
        bool seen = take_print(directory) == 0;
        /* From now on inotify tells; what happened until now is told blindly if it cannot be seen. */
        if (seen ? directory->print != before : error == 0)
            tell(directory->number, "");
        if (error == 0)
            continue;
        lack = error;
        look_at = now + LOOK_MS;
    }
}
