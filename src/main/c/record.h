/* The records of one run in its checkpoint, byte for byte as the original writes them (checkpoints 1.2 and 1.3). */
#ifndef RECORD_H
#define RECORD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum process_state { STATE_FORKED = 1, STATE_RUNNING = 2, STATE_SUCCESS = 3, STATE_KILLED = 4, STATE_FAILED = 5 };

enum { PROCESS_NAME_MAX = 255, RECORD_MAX = PROCESS_NAME_MAX + 128 };

struct record {
    uint8_t bytes[RECORD_MAX];
    size_t length;
};

/* Times are microseconds since the epoch; they become seconds in a double. */
void record_forked(struct record *record, int64_t seq, const char *process, pid_t coordinator, int64_t fork_time_us);
void record_running(struct record *record, int64_t seq, const char *process, pid_t pid, int64_t start_time_us);
/* From a wait status: the state and return code of processes 4.3. */
void record_end(struct record *record, int64_t seq, const char *process, int wait_status, int64_t stop_time_us);

/*
 * 0 once the record is whole and on disk; otherwise errno, with nothing of it left in the file.
 * When it is there to be read it is told, before it is synced: whoever reads it syncs what he makes of it meanwhile.
 */
int record_append(int fd, const struct record *record, void (*tell)(void));

/*
 * Looks through a checkpoint that the caller has locked: the seq of its last record (-1 if it holds none) and the length of its whole records.
 * What follows these is a torn tail; or, if another record follows it, damage in the middle, and EBADMSG is returned.
 */
int checkpoint_inspect(int fd, int64_t *last_seq, off_t *whole);

#endif
