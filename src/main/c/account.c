#include "account.h"

#include <errno.h>
#include <grp.h>
#include <unistd.h>

void read_account(struct reader *reader, struct account *account) {
    account->uid = read_u32(reader);
    account->gid = read_u32(reader);
    account->groups = read_numbers(reader, &account->group_count);
}

int become(const struct account *account) {
    uid_t real, effective, saved;
    gid_t real_group, effective_group, saved_group;
    if (setgroups(account->group_count, account->groups) < 0 || setresgid(account->gid, account->gid, account->gid) < 0
        || setresuid(account->uid, account->uid, account->uid) < 0)
        return -1;
    if (getresuid(&real, &effective, &saved) < 0 || getresgid(&real_group, &effective_group, &saved_group) < 0)
        return -1;
    errno = EPERM;
    if (real != account->uid || effective != account->uid || saved != account->uid || real_group != account->gid
        || effective_group != account->gid || saved_group != account->gid)
        return -1;
    if (account->uid != 0 && (setuid(0) == 0 || seteuid(0) == 0))
        return -1;
    return 0;
}

int create_as(const struct account *account) {
    if (setegid(account->gid) == 0 && seteuid(account->uid) == 0)
        return 0;
    int error = errno;
    create_as_self();
    errno = error;
    return -1;
}

void create_as_self(void) {
    if (seteuid(getuid()) < 0 || setegid(getgid()) < 0)
        _exit(111);
}
