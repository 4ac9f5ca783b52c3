/* Runs a fuzz target over files, for compilers without libFuzzer. */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

int main(int count, char **files) {
    for (int i = 1; i < count; i++) {
        FILE *file = fopen(files[i], "rb");
        if (!file)
            return 2;
        uint8_t *data = malloc(1 << 20);
        size_t size = fread(data, 1, 1 << 20, file);
        fclose(file);
        /* Exactly as large as it is, so that AddressSanitizer sees what reads beyond. */
        data = realloc(data, size ? size : 1);
        LLVMFuzzerTestOneInput(data, size);
        free(data);
    }
    return 0;
}
