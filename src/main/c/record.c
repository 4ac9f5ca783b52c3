#include "record.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frame.h"

/* Thrift's binary protocol. */
enum { TYPE_STOP = 0, TYPE_DOUBLE = 4, TYPE_I32 = 8, TYPE_I64 = 10, TYPE_STRING = 11, TYPE_STRUCT = 12 };

enum {
    UNION_PROCESS_STATUS = 2,
    FIELD_SEQ = 1,
    FIELD_PROCESS = 3,
    FIELD_STATE = 5,
    FIELD_START_TIME = 6,
    FIELD_PID = 7,
    FIELD_STOP_TIME = 8,
    FIELD_RETURN_CODE = 9,
    FIELD_COORDINATOR_PID = 10,
    FIELD_FORK_TIME = 11,
};

enum { MAX_PAYLOAD = 64 << 20, SEARCHED_AFTER_DAMAGE = 64 << 10 };

static void append(struct record *record, uint64_t value, unsigned width) {
    while (width-- > 0)
        record->bytes[record->length++] = (uint8_t)(value >> (8 * width));
}

static void append_header(struct record *record, unsigned type, unsigned id) {
    append(record, type, 1);
    append(record, id, 2);
}

static void append_i32(struct record *record, unsigned id, int32_t value) {
    append_header(record, TYPE_I32, id);
    append(record, (uint32_t)value, 4);
}

static void append_time(struct record *record, unsigned id, int64_t us) {
    double seconds = (double)us / 1e6;
    uint64_t bits;
    memcpy(&bits, &seconds, sizeof bits);
    append_header(record, TYPE_DOUBLE, id);
    append(record, bits, 8);
}

static void begin(struct record *record, int64_t seq, const char *process, enum process_state state) {
    size_t length = strlen(process);
    record->length = 4;
    append_header(record, TYPE_STRUCT, UNION_PROCESS_STATUS);
    append_header(record, TYPE_I64, FIELD_SEQ);
    append(record, (uint64_t)seq, 8);
    append_header(record, TYPE_STRING, FIELD_PROCESS);
    append(record, length, 4);
    memcpy(record->bytes + record->length, process, length);
    record->length += length;
    append_i32(record, FIELD_STATE, (int32_t)state);
}

static void end(struct record *record) {
    append(record, TYPE_STOP, 1);
    append(record, TYPE_STOP, 1);
    size_t length = record->length;
    record->length = 0;
    append(record, length - 4, 4);
    record->length = length;
}

void record_forked(struct record *record, int64_t seq, const char *process, pid_t coordinator, int64_t fork_time_us) {
    begin(record, seq, process, STATE_FORKED);
    append_i32(record, FIELD_COORDINATOR_PID, coordinator);
    append_time(record, FIELD_FORK_TIME, fork_time_us);
    end(record);
}

void record_running(struct record *record, int64_t seq, const char *process, pid_t pid, int64_t start_time_us) {
    begin(record, seq, process, STATE_RUNNING);
    append_time(record, FIELD_START_TIME, start_time_us);
    append_i32(record, FIELD_PID, pid);
    end(record);
}

void record_end(struct record *record, int64_t seq, const char *process, int wait_status, int64_t stop_time_us) {
    int code = WIFSIGNALED(wait_status) ? -WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
    begin(record, seq, process, code == 0 ? STATE_SUCCESS : code < 0 ? STATE_KILLED : STATE_FAILED);
    append_time(record, FIELD_STOP_TIME, stop_time_us);
    append_i32(record, FIELD_RETURN_CODE, code);
    end(record);
}

int record_append(int fd, const struct record *record, void (*tell)(void)) {
    static off_t torn_at = -1; /* Where an attempt left what could not be taken back; there is one file in a coordinator's life. */
    struct stat before;
    if (torn_at >= 0 && ftruncate(fd, torn_at) < 0)
        return errno;
    torn_at = -1;
    if (fstat(fd, &before) < 0)
        return errno;
    int error = 0;
    for (size_t done = 0; done < record->length && error == 0;) {
        ssize_t count = write(fd, record->bytes + done, record->length - done);
        if (count > 0)
            done += (size_t)count;
        else if (count == 0)
            error = EIO;
        else if (errno != EINTR)
            error = errno;
    }
    if (error == 0)
        tell();
    if (error == 0 && fdatasync(fd) < 0)
        error = errno;
    /* A torn record would hide everything behind it; if even this fails, the next attempt, or the next writer, removes it. */
    if (error != 0 && ftruncate(fd, before.st_size) < 0)
        torn_at = before.st_size;
    return error;
}

/* Whether a whole record lies there; every writer of these streams starts one with its seq. */
static bool is_record(int fd, off_t at, off_t size, uint32_t *length, int64_t *seq) {
    static const uint8_t prefix[] = {TYPE_STRUCT, 0, UNION_PROCESS_STATUS, TYPE_I64, 0, FIELD_SEQ};
    uint8_t head[4 + sizeof prefix + 8];
    if (size - at < (off_t)sizeof head || pread(fd, head, sizeof head, at) != (ssize_t)sizeof head)
        return false;
    *length = peek_u32(head);
    const uint8_t *number = head + 4 + sizeof prefix;
    *seq = (int64_t)((uint64_t)peek_u32(number) << 32 | peek_u32(number + 4));
    return *length >= sizeof head - 4 && *length <= MAX_PAYLOAD && size - at - 4 >= (off_t)*length
           && memcmp(head + 4, prefix, sizeof prefix) == 0;
}

int checkpoint_inspect(int fd, int64_t *last_seq, off_t *whole) {
    struct stat status;
    uint32_t length;
    int64_t seq;
    if (fstat(fd, &status) < 0)
        return errno;
    *last_seq = -1;
    for (*whole = 0; is_record(fd, *whole, status.st_size, &length, &seq); *whole += 4 + (off_t)length)
        *last_seq = seq;
    for (off_t at = *whole + 1; at < status.st_size && at <= *whole + SEARCHED_AFTER_DAMAGE; at++)
        if (is_record(fd, at, status.st_size, &length, &seq))
            return EBADMSG;
    return 0;
}
