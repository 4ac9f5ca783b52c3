/* Any fields in any order; and what is written is read again. The first bytes say what to read. */
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    size_t plan = size / 4;
    uint8_t *copy = malloc(size - plan + 1);
    memcpy(copy, data + plan, size - plan);
    struct reader reader = {.at = copy, .end = copy + (size - plan)};
    struct buffer out = {0};
    for (size_t i = 0; i < plan; i++) {
        size_t count;
        size_t frame = frame_begin(&out, data[i], (uint32_t)i);
        switch (data[i] % 6) {
        case 0: put_u8(&out, read_u8(&reader)); break;
        case 1: put_u32(&out, read_u32(&reader)); break;
        case 2: put_i64(&out, read_i64(&reader)); break;
        case 3: put_string(&out, read_string(&reader)); break;
        case 4: free(read_strings(&reader, i % 3, &count)); break;
        default: free(read_numbers(&reader, &count)); break;
        }
        frame_end(&out, frame);
        if (data[i] & 0x80)
            buffer_consume(&out, 4 + (size_t)peek_u32(out.data + out.start));
    }
    if (buffer_length(&out) > 16 * size + 64)
        abort();
    buffer_release(&out);
    free(copy);
    return 0;
}
