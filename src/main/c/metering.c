#include "metering.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "broker.h"
#include "children.h"
#include "events.h"
#include "meter.h"
#include "wire.h"

static bool running;
static int meter_socket;
static struct buffer orders; /* for it, each behind its length */

static void pass_on_reports(void) {
    struct meter_report report;
    while (recv(meter_socket, &report, sizeof report, MSG_DONTWAIT) == sizeof report) {
        size_t frame = frame_begin(events(), EVENT_METERED, 0);
        put_u32(events(), report.subject);
        put_i64(events(), (int64_t)report.used);
        put_u32(events(), report.flags);
        frame_end(events(), frame);
    }
}

static void ended(int status) {
    pass_on_reports();
    close(meter_socket);
    buffer_release(&orders);
    running = false;
    size_t frame = frame_begin(events(), EVENT_METER_ENDED, 0);
    put_u32(events(), (uint32_t)status);
    frame_end(events(), frame);
}

static int start(void) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -1;
    struct buffer frame;
    pid_t pid = broker_fork(&ends[1], 1, &frame);
    if (pid == 0) {
        buffer_release(&frame);
        meter_main(ends[1]);
    }
    int error = errno;
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        errno = error;
        return -1;
    }
    children_add((struct child){.pid = pid, .tidy = true, .ended = ended});
    running = true;
    meter_socket = ends[0];
    return 0;
}

/* As much as it takes now: it may be reading a large directory. Once it has ended nobody needs the rest. */
static void pass_on_orders(void) {
    while (buffer_length(&orders) > 0) {
        const uint8_t *order = orders.data + orders.start;
        size_t length = peek_u32(order);
        ssize_t sent = send(meter_socket, order + 4, length, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno != EPIPE && errno != ECONNRESET)
            return;
        buffer_consume(&orders, sent < 0 ? buffer_length(&orders) : 4 + length);
    }
}

static int give_order(struct meter_order order, char **paths) {
    struct buffer message = {0};
    buffer_reserve(&message, sizeof order);
    memcpy(message.data, &order, sizeof order);
    message.end = sizeof order;
    for (; *paths; paths++) {
        size_t size = strlen(*paths) + 1;
        buffer_reserve(&message, size);
        memcpy(message.data + message.end, *paths, size);
        message.end += size;
    }
    bool fits = message.end <= METER_MAX_ORDER;
    if (fits)
        put_block(&orders, message.data, (uint32_t)message.end);
    buffer_release(&message);
    pass_on_orders();
    errno = EMSGSIZE;
    return fits ? 0 : -1;
}

void obey_meter(uint32_t request, struct reader *reader) {
    struct meter_order order = {.subject = read_u32(reader)};
    order.verify_ms = read_u32(reader);
    order.limit = (uint64_t)read_i64(reader);
    size_t count;
    char **paths = read_strings(reader, 0, &count);
    if (!paths || !read_all(reader))
        answer_refused(request, EINVAL, 0, "understand", "the directories to be metered");
    else if ((!running && start() < 0) || give_order(order, paths) < 0)
        answer_refused(request, errno == EAGAIN ? ENOBUFS : errno, 0, "meter", count > 0 ? paths[0] : "a directory no longer");
    else
        answer_done(request);
    free(paths);
}

struct pollfd metering_wants(bool reports) {
    bool ordered = buffer_length(&orders) > 0;
    if (!running || !(reports || ordered))
        return (struct pollfd){.fd = -1};
    return (struct pollfd){.fd = meter_socket, .events = (short)((reports ? POLLIN : 0) | (ordered ? POLLOUT : 0))};
}

void metering_act(short happened) {
    if (running && (happened & POLLOUT))
        pass_on_orders();
    if (running && (happened & ~POLLOUT))
        pass_on_reports();
}

void metering_forget(void) {
    buffer_release(&orders);
    running = false;
}
