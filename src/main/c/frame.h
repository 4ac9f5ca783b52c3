/* Reading and writing the fields of frames. All numbers are big-endian; a string is a length, its bytes and a NUL that the length leaves out. */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes between start and end of an allocation that grows; consumed at the front. */
struct buffer {
    uint8_t *data;
    size_t start, end, capacity;
};

size_t buffer_length(const struct buffer *buffer);
/* Room for so many more bytes at data + end. */
void buffer_reserve(struct buffer *buffer, size_t more);
void buffer_consume(struct buffer *buffer, size_t count);
void buffer_release(struct buffer *buffer);

/* A frame is written between frame_begin and frame_end (which is handed what frame_begin returned). */
size_t frame_begin(struct buffer *buffer, uint8_t type, uint32_t request);
void frame_end(struct buffer *buffer, size_t beginning);
void put_u8(struct buffer *buffer, uint8_t value);
void put_u32(struct buffer *buffer, uint32_t value);
void put_i64(struct buffer *buffer, int64_t value);
void put_string(struct buffer *buffer, const char *text);
/* A length and the bytes, whatever they are. */
void put_block(struct buffer *buffer, const void *bytes, uint32_t count);

uint32_t peek_u32(const uint8_t *at);

/* Reads fields; after the first that does not fit it is broken for good and yields zeros and empty strings. */
struct reader {
    uint8_t *at, *end;
    bool broken;
};

uint8_t read_u8(struct reader *reader);
uint32_t read_u32(struct reader *reader);
int64_t read_i64(struct reader *reader);
/* Points into the frame. */
char *read_string(struct reader *reader);
/* A NULL-terminated array (to be freed) of pointers into the frame, with so many free slots at its end; NULL when broken. */
char **read_strings(struct reader *reader, size_t slots, size_t *count);
/* An array to be freed; NULL when broken. */
uint32_t *read_numbers(struct reader *reader, size_t *count);
/* Everything was there and nothing is left over. */
bool read_all(const struct reader *reader);

#endif
