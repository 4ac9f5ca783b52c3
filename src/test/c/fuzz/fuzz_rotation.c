/* Output in pieces of any size, with a log directory in any state: the first bytes say which files are there, the rest is the sizes. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "word.h"
#include "fuzz.h"
#include "logs.h"

static int directory = -1;

static void clear(void) {
    DIR *list = fdopendir(dup(directory));
    rewinddir(list);
    for (struct dirent *entry; (entry = readdir(list));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0
            && unlinkat(directory, entry->d_name, 0) < 0)
            unlinkat(directory, entry->d_name, AT_REMOVEDIR);
    closedir(list);
}

static void remove_directory(void) {
    char path[64];
    snprintf(path, sizeof path, "/dev/shm/thermos-fuzz.%d", (int)getpid());
    clear();
    rmdir(path);
}

static void open_directory(void) {
    char path[64];
    snprintf(path, sizeof path, "/dev/shm/thermos-fuzz.%d", (int)getpid());
    mkdir(path, 0700);
    directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        abort();
    atexit(remove_directory);
    word_to(open("/dev/null", O_WRONLY));
}

static void furnish(uint8_t number, uint8_t kind) {
    char name[32];
    snprintf(name, sizeof name, number ? "stdout.%u" : "stdout", (unsigned)number);
    if (kind == 0)
        close(openat(directory, name, O_CREAT | O_EXCL | O_WRONLY, 0600)); /* Not through the link of an earlier one. */
    else if (kind == 1)
        mkdirat(directory, name, 0700);
    else if (symlinkat("/nowhere", directory, name) < 0)
        return;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint8_t buffer[READ_SIZE], zeros[READ_SIZE];
    if (size < 4)
        return 0;
    if (directory < 0)
        open_directory();
    size_t files = data[0] % 8;
    for (size_t i = 0; i < files && 4 + i < size; i++)
        furnish(data[4 + i] % 8, data[4 + i] / 8 % 3);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        abort();
    struct stream stream = {.name = "stdout", .pipe = ends[0], .directory = directory, .console = -1, .rotating = true,
                            .limit = 1 + data[1] * 16, .backups = data[2] & 0x80 ? UINT32_MAX : 1 + data[2] % 16, .buffer = buffer};
    stream.file = log_file_open(directory, "stdout", true);
    for (size_t i = 4 + files; i < size; i++) {
        if (write(ends[1], zeros, (size_t)data[i] * 8 + 1) > 0)
            stream_pump(&stream);
        struct stat status;
        if (stream.file >= 0 && fstat(stream.file, &status) == 0 && (!S_ISREG(status.st_mode) || status.st_size > stream.limit + 8 * 256))
            abort();
    }
    close(ends[1]);
    stream_finish(&stream);
    if (stream.file >= 0)
        close(stream.file);
    clear();
    return 0;
}
