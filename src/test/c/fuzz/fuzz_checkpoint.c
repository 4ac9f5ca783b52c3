/* A checkpoint file of any bytes: what is found whole must stay so, and a record appended behind it must be found. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "record.h"

static void tell_nobody(void) {}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static int fd = -1;
    if (fd < 0)
        fd = memfd_create("checkpoint", 0);
    if (fd < 0 || ftruncate(fd, 0) < 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
        abort();
    int64_t seq, again;
    off_t whole, after;
    if (checkpoint_inspect(fd, &seq, &whole) != 0)
        return 0;
    if (whole < 0 || whole > (off_t)size || ftruncate(fd, whole) < 0 || lseek(fd, whole, SEEK_SET) < 0)
        abort();
    struct record record;
    record_running(&record, 4711, "p", 1, 1);
    if (record_append(fd, &record, tell_nobody) != 0 || checkpoint_inspect(fd, &again, &after) != 0)
        abort();
    if (again != 4711 || after != whole + (off_t)record.length)
        abort();
    return 0;
}
