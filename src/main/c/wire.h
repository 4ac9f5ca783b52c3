/*
 * The language of the two pipes between a JVM and its broker. A frame is a length (u32, big-endian, of what follows), a type (u8),
 * a request id (u32) and the fields of that type. Org.thermos.process.Wire holds the same numbers.
 */
#ifndef WIRE_H
#define WIRE_H

enum { WIRE_VERSION = 2, WIRE_MAX_FRAME = 32 << 20, WIRE_HEADER = 9 };

enum command {
    COMMAND_LOCK = 1,       /* string path, u32 patience in ms */
    COMMAND_UNLOCK = 2,     /* string path */
    COMMAND_HOLDER = 3,     /* string path */
    COMMAND_LAUNCH = 4,     /* see spec.c */
    COMMAND_SPAWN = 5,      /* see spawn.c */
    COMMAND_SIGNAL = 6,     /* u32 pid, i64 start ticks, u32 signal */
    COMMAND_KILL_TREE = 7,  /* u32 pid, i64 start ticks, i64 ticks at which it may last have been alive */
    COMMAND_WATCH_PID = 8,  /* u32 pid, i64 start ticks */
    COMMAND_WATCH_DIR = 9,  /* string path */
    COMMAND_TIMER = 10,     /* u32 delay in ms, 0 cancels; no reply */
    COMMAND_ECHO = 11,      /* u32 value; no reply */
    COMMAND_QUIT = 12,      /* no reply: the broker exits */
    COMMAND_RUN = 13,       /* u32 timeout in ms, then as COMMAND_SPAWN; the identity in the reply is that of the program's keeper, see run.h */
    COMMAND_FORGET_DIR = 14, /* u32 directory */
    COMMAND_METER = 20,     /* u32 subject, u32 ms between verifications, i64 limit, strings directories: none forgets the subject */
};

enum event {
    EVENT_HELLO = 128,      /* u32 version */
    EVENT_DONE = 129,       /* reply; fields by command */
    EVENT_REFUSED = 130,    /* reply; u32 errno, u32 pid of the holder or 0, string text */
    EVENT_EXITED = 131,     /* u32 pid, u32 wait status, u8 1 if it was no child of ours but a stray we inherited */
    EVENT_GONE = 132,       /* u32 pid, i64 start ticks */
    EVENT_CHANGED = 133,    /* u32 directory, string name; an empty name means that anything may have changed */
    EVENT_TIMER = 134,
    EVENT_ECHO = 135,       /* u32 value */
    EVENT_COMPLAINT = 136,  /* u32 pid, string text */
    EVENT_RESULT = 137,     /* u32 pid of the keeper, u8 how it ended (see run.h), u32 wait status, bytes output; comes before the keeper's end */
    EVENT_RECORDED = 138,   /* u32 pid of a coordinator that has written a record; comes before its end */
    EVENT_WARNING = 139,    /* string text: of the broker itself, which goes on */
    EVENT_METERED = 144,    /* u32 subject, i64 bytes used, u32 flags (meter.h) */
    EVENT_METER_ENDED = 145, /* u32 wait status: every subject has to be told anew */
};

#endif
