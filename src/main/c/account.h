/* Becoming somebody else, for good. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include <stddef.h>
#include <stdint.h>

#include "frame.h"

struct account {
    uint32_t uid, gid;
    uint32_t *groups; /* the supplementary ones */
    size_t group_count;
};

void read_account(struct reader *reader, struct account *account);
/* 0, or -1 with errno. Afterwards there is no way back. */
int become(const struct account *account);
/* For as long as files are created: 0, or -1 with errno; back with create_as_self. */
int create_as(const struct account *account);
void create_as_self(void);

#endif
