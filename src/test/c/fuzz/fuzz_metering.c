/* The fields of a METER command: what the meter is told of it. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "fuzz.h"

/* What is to be reached would start a meter, and the sources are linked as well. */
#define obey_meter fuzzed_obey_meter
#define metering_wants fuzzed_metering_wants
#define metering_act fuzzed_metering_act
#define metering_forget fuzzed_metering_forget
#include "metering.c"

/* Reads the command once more, to compare. */
static void compare(uint8_t *command, size_t size, const char *message, size_t length) {
    struct reader reader = {.at = command, .end = command + size};
    struct meter_order order;
    memcpy(&order, message, sizeof order);
    const char *path = message + sizeof order;
    if (order.subject != read_u32(&reader) || order.verify_ms != read_u32(&reader) || order.limit != (uint64_t)read_i64(&reader))
        abort();
    for (uint32_t count = read_u32(&reader); count > 0; count--) {
        const char *expected = read_string(&reader);
        size_t left = length - (size_t)(path - message);
        if (strlen(expected) >= left || strcmp(path, expected) != 0)
            abort();
        path += strlen(expected) + 1;
    }
    if (path != message + length || !read_all(&reader))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static char message[METER_MAX_ORDER + 1];
    static int ends[2];
    if (!running && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        abort();
    running = true;
    meter_socket = ends[0];
    uint8_t *copy = malloc(size + 1);
    memcpy(copy, data, size);
    struct reader reader = {.at = copy, .end = copy + size};
    obey_meter(1, &reader);
    const uint8_t *answer = events()->data + events()->start;
    ssize_t length = recv(ends[1], message, sizeof message, MSG_DONTWAIT);
    if (length >= 0 ? answer[4] != EVENT_DONE : answer[4] != EVENT_REFUSED)
        abort();
    if (buffer_length(events()) != 4 + (size_t)peek_u32(answer) || buffer_length(&orders) > 0)
        abort();
    if (length >= 0 && length < (ssize_t)sizeof(struct meter_order))
        abort();
    if (length >= 0)
        compare(copy, size, message, (size_t)length);
    buffer_release(events());
    free(copy);
    return 0;
}
