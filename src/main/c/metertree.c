#include "metertree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys.h"

enum {
    /* With the end of its watch, a directory tells two things: no more than what the kernel keeps for us (16384). */
    MAX_WATCHES = 8192,
    MAX_DIRECTORIES = 1 << 20, /* about 100 bytes each */
    BUCKETS = 1024,
    CHANGES = IN_MODIFY | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO,
};

struct node {
    struct node *parent, *child, *sibling;
    struct node *next_dirty;
    struct node *next_watched; /* of its bucket */
    struct subject *subject;
    uint64_t device, inode; /* of the directory as it was first opened; 0: never yet */
    uint64_t bytes;         /* of the files in it, not below it */
    int watch;              /* -1: none */
    uint32_t depth;
    bool dirty, dead, unwatched, seen;
    char name[]; /* of a root: its path */
};

static struct node *dirty, *watched[BUCKETS];
static size_t node_count, watch_count, unwatched_count, max_watches;
static int inotify = -1;
/* The directory that is open: neighbours are reached from it, however deep they are. */
static struct {
    struct node *node;
    int fd;
} cursor = {.fd = -1};

/* --- Watches --- */

static void set_unwatched(struct node *node, bool unwatched) {
    if (node->unwatched != unwatched)
        unwatched_count += unwatched ? 1 : (size_t)-1;
    node->unwatched = unwatched;
}

static struct node *find_watched(int watch) {
    struct node *node = watched[(unsigned)watch % BUCKETS];
    while (node && node->watch != watch)
        node = node->next_watched;
    return node;
}

static void forget_watch(struct node *node) {
    struct node **at = &watched[(unsigned)node->watch % BUCKETS];
    while (*at != node)
        at = &(*at)->next_watched;
    *at = node->next_watched;
    node->watch = -1;
    watch_count--;
}

static void unwatch(struct node *node) {
    if (node->watch < 0)
        return;
    inotify_rm_watch(inotify, node->watch);
    forget_watch(node);
}

/* Before the directory is read, so that no change falls in between. */
static void watch(struct node *node, int fd) {
    char path[32];
    if (node->watch < 0 && watch_count >= max_watches) {
        set_unwatched(node, true);
        return;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int number = inotify_add_watch(inotify, path, CHANGES | IN_ONESHOT | IN_ONLYDIR);
    set_unwatched(node, number < 0);
    if (number == node->watch)
        return;
    if (node->watch >= 0)
        forget_watch(node);
    if (number < 0)
        return;
    /* The kernel has one watch for a directory: it was known by another name, and nobody tells that one any more. */
    struct node *former = find_watched(number);
    if (former) {
        forget_watch(former);
        set_unwatched(former, true);
    }
    node->watch = number;
    node->next_watched = watched[(unsigned)number % BUCKETS];
    watched[(unsigned)number % BUCKETS] = node;
    watch_count++;
}

/* --- Nodes --- */

static void push(struct node *node) {
    if (node->dirty)
        return;
    node->dirty = true;
    node->next_dirty = dirty;
    dirty = node;
}

static struct node *make_node(struct subject *subject, struct node *parent, const char *name) {
    size_t length = strlen(name) + 1;
    struct node *node = node_count < MAX_DIRECTORIES ? calloc(1, sizeof *node + length) : NULL;
    if (!node) {
        subject->incomplete = true;
        return NULL;
    }
    node_count++;
    node->parent = parent;
    node->depth = parent ? parent->depth + 1 : 0;
    node->subject = subject;
    node->watch = -1;
    memcpy(node->name, name, length);
    struct node **siblings = parent ? &parent->child : &subject->roots;
    node->sibling = *siblings;
    *siblings = node;
    push(node);
    return node;
}

static void set_bytes(struct node *node, uint64_t bytes) {
    node->subject->used = node->subject->used - node->bytes + bytes;
    node->bytes = bytes;
}

static void close_cursor(void) {
    if (cursor.fd >= 0)
        close(cursor.fd);
    cursor.fd = -1;
    cursor.node = NULL;
}

/* A list of siblings that nothing points to any more, and all below. Without recursion, however deep it is. */
static void drop(struct node *list) {
    while (list) {
        struct node *node = list;
        list = node->sibling;
        for (struct node *child = node->child; child;) {
            struct node *next = child->sibling;
            child->sibling = list;
            list = child;
            child = next;
        }
        set_bytes(node, 0);
        set_unwatched(node, false);
        unwatch(node);
        if (cursor.node == node)
            close_cursor();
        node_count--;
        node->dead = true;
        if (!node->dirty) /* Otherwise whoever takes it from that list frees it. */
            free(node);
    }
}

static void drop_children(struct node *node) {
    struct node *children = node->child;
    node->child = NULL;
    drop(children);
}

/* --- Reaching a directory --- */

static int open_below(int at, const char *name) {
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

/* From 5.8 on the kernel says so; before, another device has to do. */
static bool is_mount(int fd, const struct stat *status, const struct node *node) {
#ifdef SYS_statx
    enum { MOUNT_ROOT = 0x2000, EMPTY_PATH = 0x1000 };
    /* As in linux/stat.h, which musl does not bring. */
    struct {
        uint32_t mask, block_size;
        uint64_t attributes;
        uint32_t other[4];
        uint64_t numbers[3];
        uint64_t known_attributes;
        uint64_t rest[24];
    } wide = {0};
    if (syscall(SYS_statx, fd, "", EMPTY_PATH, 0u, &wide) == 0 && (wide.known_attributes & MOUNT_ROOT))
        return (wide.attributes & MOUNT_ROOT) != 0;
#endif
    return (uint64_t)status->st_dev != node->parent->device;
}

static bool ascend(void) {
    struct node *parent = cursor.node->parent;
    struct stat status;
    int fd = openat(cursor.fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    /* It may have been moved meanwhile, even out of the tree. */
    if (fstat(fd, &status) < 0 || (uint64_t)status.st_dev != parent->device || (uint64_t)status.st_ino != parent->inode) {
        close(fd);
        return false;
    }
    close(cursor.fd);
    cursor.fd = fd;
    cursor.node = parent;
    return true;
}

static bool descend(struct node *node) {
    int fd = open_below(node->parent ? cursor.fd : AT_FDCWD, node->name);
    if (fd < 0)
        return false;
    if (cursor.fd >= 0)
        close(cursor.fd);
    cursor.fd = fd;
    cursor.node = node;
    return true;
}

static bool descend_from_root(struct node *node) {
    struct node **path = malloc((node->depth + 1) * sizeof(struct node *));
    if (!path)
        return false;
    for (struct node *at = node; at; at = at->parent)
        path[at->depth] = at;
    close_cursor();
    bool reached = true;
    for (uint32_t depth = 0; reached && depth <= node->depth; depth++)
        reached = descend(path[depth]);
    int error = errno;
    free(path);
    errno = error;
    return reached;
}

static bool reach(struct node *node) {
    while (cursor.node && cursor.node != node && cursor.node->depth >= node->depth && cursor.node->parent && ascend())
        continue;
    if (cursor.node == node)
        return true;
    if (cursor.node && node->parent == cursor.node)
        return descend(node);
    return descend_from_root(node);
}

/* --- Reading a directory --- */

static uint64_t size_of(int at, const char *name, bool *is_directory) {
    struct stat status;
    if (fstatat(at, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
        return 0;
    *is_directory = S_ISDIR(status.st_mode);
    if (S_ISLNK(status.st_mode))
        return (uint64_t)status.st_size;
    if (!S_ISREG(status.st_mode) || status.st_nlink == 0)
        return 0;
    return (uint64_t)status.st_blocks * 512 / (uint64_t)status.st_nlink;
}

static int by_name(const void *left, const void *right) {
    return strcmp((*(struct node *const *)left)->name, (*(struct node *const *)right)->name);
}

static int name_to_node(const void *name, const void *node) {
    return strcmp(name, (*(struct node *const *)node)->name);
}

/* The children, sorted by name. NULL with a count of 0 if there are none, or no memory: then they all count as new. */
static struct node **known_children(struct node *node, size_t *count) {
    *count = 0;
    for (struct node *child = node->child; child; child = child->sibling) {
        child->seen = false;
        ++*count;
    }
    struct node **children = *count ? malloc(*count * sizeof(struct node *)) : NULL;
    if (!children) {
        drop_children(node);
        *count = 0;
        return NULL;
    }
    size_t i = 0;
    for (struct node *child = node->child; child; child = child->sibling)
        children[i++] = child;
    qsort(children, *count, sizeof(struct node *), by_name);
    return children;
}

static void drop_unseen(struct node *node) {
    struct node *unseen = NULL;
    for (struct node **at = &node->child; *at;) {
        struct node *child = *at;
        if (child->seen) {
            at = &child->sibling;
            continue;
        }
        *at = child->sibling;
        child->sibling = unseen;
        unseen = child;
    }
    drop(unseen);
}

/* A new directory under a known name, its former one moved away, is told by nobody else. Without a watch it is read again anyway. */
static bool is_replaced(const struct node *node, ino_t inode) {
    return node->watch >= 0 && node->inode != (uint64_t)inode;
}

static void meet_directory(struct node *node, const char *name, ino_t inode, struct node **known, size_t count) {
    struct node **found = known ? bsearch(name, known, count, sizeof(struct node *), name_to_node) : NULL;
    struct node *child = found ? *found : make_node(node->subject, node, name);
    if (!child)
        return;
    child->seen = true;
    if (node->subject->walking || is_replaced(child, inode))
        push(child);
}

static void read_entries(struct node *node, DIR *directory) {
    size_t count;
    struct node **known = known_children(node, &count);
    uint64_t bytes = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        bool is_directory = entry->d_type == DT_DIR;
        if (!is_directory)
            bytes += size_of(dirfd(directory), entry->d_name, &is_directory);
        if (is_directory)
            meet_directory(node, entry->d_name, entry->d_ino, known, count);
    }
    free(known);
    drop_unseen(node);
    set_bytes(node, bytes);
}

static bool is_passing(int error) {
    return error == EMFILE || error == ENFILE || error == ENOMEM || error == EINTR || error == EIO;
}

/* Nothing of it can be seen: it is gone, or for others only, or something is mounted over it. */
static void read_nothing(struct node *node) {
    unwatch(node);
    drop_children(node);
    set_bytes(node, 0);
}

/* What we lack for a moment makes nothing smaller. */
static void put_off(struct node *node) {
    set_unwatched(node, true);
    node->subject->incomplete = node->subject->incomplete || node->subject->walking;
}

static void read_node(struct node *node) {
    struct stat status;
    if (!reach(node) || fstat(cursor.fd, &status) < 0) {
        if (is_passing(errno))
            put_off(node);
        else
            read_nothing(node);
        return;
    }
    bool same = node->device == (uint64_t)status.st_dev && node->inode == (uint64_t)status.st_ino;
    if (!same) {
        read_nothing(node);
        node->device = (uint64_t)status.st_dev;
        node->inode = (uint64_t)status.st_ino;
        if (node->parent && is_mount(cursor.fd, &status, node))
            return;
    } else if (node->parent && node->watch < 0 && !node->child && is_mount(cursor.fd, &status, node)) {
        return;
    }
    watch(node, cursor.fd);
    int fd = fcntl(cursor.fd, F_DUPFD_CLOEXEC, 3);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (!directory) {
        put_off(node);
        if (fd >= 0)
            close(fd);
        return;
    }
    rewinddir(directory);
    read_entries(node, directory);
    closedir(directory);
}

/* --- What meter.c asks for --- */

int tree_open(void) {
    if (inotify >= 0)
        return inotify;
    inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (inotify < 0)
        return -1;
    long allowed = 0;
    FILE *file = fopen("/proc/sys/fs/inotify/max_user_watches", "re");
    if (file && fscanf(file, "%ld", &allowed) != 1)
        allowed = 0;
    if (file)
        fclose(file);
    /* Watches are counted by account, so this host's other executors want theirs too. */
    max_watches = allowed / 4 < MAX_WATCHES ? (size_t)allowed / 4 : MAX_WATCHES;
    return inotify;
}

bool tree_add(struct subject *subject, const char *path) {
    return make_node(subject, NULL, path) != NULL;
}

void tree_remove(struct subject *subject) {
    struct node *roots = subject->roots;
    subject->roots = NULL;
    drop(roots);
}

/* The next one in the order parent, children, siblings. */
static struct node *next_node(struct node *node) {
    if (node->child)
        return node->child;
    while (node && !node->sibling)
        node = node->parent;
    return node ? node->sibling : NULL;
}

void tree_walk(struct subject *subject) {
    subject->walking = true;
    subject->incomplete = false;
    for (struct node *node = subject->roots; node; node = next_node(node))
        node->bytes = 0;
    subject->used = 0;
    for (struct node *root = subject->roots; root; root = root->sibling)
        push(root);
}

bool tree_take_events(void) {
    _Alignas(struct inotify_event) char events[16384];
    bool lost = false;
    for (ssize_t length; (length = read(inotify, events, sizeof events)) > 0;) {
        for (const char *at = events; at < events + length;) {
            const struct inotify_event *event = (const void *)at;
            struct node *node = event->wd >= 0 ? find_watched(event->wd) : NULL;
            lost = lost || (event->mask & IN_Q_OVERFLOW);
            if (node) {
                forget_watch(node);
                push(node);
            }
            at += sizeof *event + event->len;
        }
    }
    return lost;
}

bool tree_has_unwatched(void) {
    return unwatched_count > 0;
}

void tree_doubt_unwatched(const struct subject *subject) {
    for (struct node *node = subject->roots; node; node = next_node(node))
        if (node->unwatched)
            push(node);
}

bool tree_has_work(void) {
    return dirty != NULL;
}

void tree_work(int64_t budget_ms) {
    int64_t until = monotonic_ms() + budget_ms;
    while (dirty && monotonic_ms() < until) {
        struct node *node = dirty;
        dirty = node->next_dirty;
        node->dirty = false;
        if (node->dead)
            free(node);
        else
            read_node(node);
    }
    if (!dirty)
        close_cursor();
}

uint64_t tree_fingerprint(const struct subject *subject) {
    uint64_t free_blocks = 0;
    struct statvfs status;
    for (const struct node *root = subject->roots; root; root = root->sibling)
        if (statvfs(root->name, &status) == 0)
            free_blocks = free_blocks * 31 + (uint64_t)status.f_bfree;
    return free_blocks;
}
