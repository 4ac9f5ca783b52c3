#include "frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sys.h"
#include "wire.h"

size_t buffer_length(const struct buffer *buffer) {
    return buffer->end - buffer->start;
}

void buffer_reserve(struct buffer *buffer, size_t more) {
    if (buffer->capacity - buffer->end >= more)
        return;
    size_t length = buffer_length(buffer);
    if (buffer->start > 0) {
        memmove(buffer->data, buffer->data + buffer->start, length);
        buffer->start = 0;
        buffer->end = length;
    }
    if (buffer->capacity - buffer->end >= more)
        return;
    size_t capacity = buffer->capacity ? buffer->capacity : 512;
    while (capacity - length < more)
        capacity *= 2;
    uint8_t *data = realloc(buffer->data, capacity);
    if (!data)
        die(EXIT_SYSTEM, "unable to allocate %zu bytes", capacity);
    buffer->data = data;
    buffer->capacity = capacity;
}

void buffer_consume(struct buffer *buffer, size_t count) {
    buffer->start += count;
    if (buffer->start < buffer->end)
        return;
    buffer->start = buffer->end = 0;
    if (buffer->capacity > 4096)
        buffer_release(buffer);
}

void buffer_release(struct buffer *buffer) {
    free(buffer->data);
    *buffer = (struct buffer){0};
}

static void put_bytes(struct buffer *buffer, const void *bytes, size_t count) {
    buffer_reserve(buffer, count);
    if (count > 0)
        memcpy(buffer->data + buffer->end, bytes, count);
    buffer->end += count;
}

void put_u8(struct buffer *buffer, uint8_t value) {
    put_bytes(buffer, &value, 1);
}

static void store_u32(uint8_t *at, uint32_t value) {
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

void put_u32(struct buffer *buffer, uint32_t value) {
    uint8_t bytes[4];
    store_u32(bytes, value);
    put_bytes(buffer, bytes, sizeof bytes);
}

void put_i64(struct buffer *buffer, int64_t value) {
    put_u32(buffer, (uint32_t)((uint64_t)value >> 32));
    put_u32(buffer, (uint32_t)(uint64_t)value);
}

void put_string(struct buffer *buffer, const char *text) {
    size_t length = strlen(text);
    put_u32(buffer, (uint32_t)length);
    put_bytes(buffer, text, length + 1);
}

void put_block(struct buffer *buffer, const void *bytes, uint32_t count) {
    put_u32(buffer, count);
    put_bytes(buffer, bytes, count);
}

size_t frame_begin(struct buffer *buffer, uint8_t type, uint32_t request) {
    size_t beginning = buffer_length(buffer);
    put_u32(buffer, 0);
    put_u8(buffer, type);
    put_u32(buffer, request);
    return beginning;
}

void frame_end(struct buffer *buffer, size_t beginning) {
    store_u32(buffer->data + buffer->start + beginning, (uint32_t)(buffer_length(buffer) - beginning - 4));
}

uint32_t peek_u32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint8_t *take(struct reader *reader, size_t count) {
    if (reader->broken || (size_t)(reader->end - reader->at) < count) {
        reader->broken = true;
        return NULL;
    }
    uint8_t *at = reader->at;
    reader->at += count;
    return at;
}

uint8_t read_u8(struct reader *reader) {
    uint8_t *at = take(reader, 1);
    return at ? *at : 0;
}

uint32_t read_u32(struct reader *reader) {
    uint8_t *at = take(reader, 4);
    return at ? peek_u32(at) : 0;
}

int64_t read_i64(struct reader *reader) {
    uint64_t high = read_u32(reader);
    return (int64_t)(high << 32 | read_u32(reader));
}

char *read_string(struct reader *reader) {
    static char empty[1];
    uint32_t length = read_u32(reader);
    uint8_t *at = take(reader, (size_t)length + 1);
    if (!at || at[length] != 0 || memchr(at, 0, length)) {
        reader->broken = true;
        empty[0] = 0;
        return empty;
    }
    return (char *)at;
}

char **read_strings(struct reader *reader, size_t slots, size_t *count) {
    *count = read_u32(reader);
    if (*count > (size_t)(reader->end - reader->at) / 5)
        reader->broken = true;
    if (reader->broken)
        return NULL;
    char **strings = calloc(*count + slots + 1, sizeof *strings);
    if (!strings)
        die(EXIT_SYSTEM, "unable to allocate %zu strings", *count);
    for (size_t i = 0; i < *count; i++)
        strings[i] = read_string(reader);
    return strings;
}

uint32_t *read_numbers(struct reader *reader, size_t *count) {
    *count = read_u32(reader);
    if (*count > (size_t)(reader->end - reader->at) / 4)
        reader->broken = true;
    if (reader->broken)
        return NULL;
    uint32_t *numbers = calloc(*count + 1, sizeof *numbers);
    if (!numbers)
        die(EXIT_SYSTEM, "unable to allocate %zu numbers", *count);
    for (size_t i = 0; i < *count; i++)
        numbers[i] = read_u32(reader);
    return numbers;
}

bool read_all(const struct reader *reader) {
    return !reader->broken && reader->at == reader->end;
}
