#include "tree.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "sys.h"

enum { TERMINATION_FREEZE_MS = 100, KILL_PAUSE_MS = 20, MAX_NEWBORN = 1024 };

/* One look at the processes of this machine, or as many of them as matter. */
struct look {
    struct process_table table;
    struct process_table before; /* what the look before this one saw */
    bool session_is_ours;
    bool blind; /* no descriptors or no memory: there may be more */
    bool frozen;
    size_t alive;
};

static bool is_in_session(const struct tree *tree, const struct process *process) {
    return process->session == tree->root && process->start_ticks >= tree->root_ticks;
}

/*
 * The kernel gives a number to nobody else while a session bears it, so a living stranger under it means that the session is a stranger's. Of a dead root, collected
 * or not, the caller may know only about when it started; once collected, its session may have ended too, and the number have come to a stranger who
 * led a session and died: then whoever is in it is younger than our root ever got.
 */
static bool owns_session(const struct tree *tree, const struct process_table *table) {
    const struct process *leader = process_find(table, tree->root);
    if (leader)
        return leader->start_ticks == tree->root_ticks
               || (!leader->alive && leader->start_ticks > tree->root_ticks && leader->start_ticks <= tree->born_until);
    for (size_t i = 0; i < table->count; i++)
        if (is_in_session(tree, &table->items[i]) && table->items[i].start_ticks <= tree->born_until)
            return true;
    return false;
}

static bool is_seed(const struct tree *tree, const struct process *process, bool session_is_ours) {
    if (process->pid == getpid())
        return false;
    if (process->pid == tree->root)
        return tree->with_root && session_is_ours;
    if (tree->with_root && session_is_ours && is_in_session(tree, process))
        return true;
    return tree->strays_of != 0 && process->parent == tree->strays_of && tree->is_stray(process, tree->context);
}

static bool has_parent_in(const struct tree *tree, const struct look *look, const struct process *process) {
    const struct process *parent = process_find(&look->table, process->parent);
    return parent && process->pid != getpid()
           && (parent->member || (process->parent == tree->root && look->session_is_ours && process->pid != tree->root));
}

/* Whose parent has died since may have nothing else that tells whose it is; and we have stopped it. */
static bool was_member(const struct look *look, const struct process *process) {
    const struct process *earlier = process_find(&look->before, process->pid);
    return earlier && earlier->member && earlier->start_ticks == process->start_ticks;
}

static bool is_frozen(const struct process *process) {
    /* D: in the kernel (a parent inside vfork, say), where it cannot fork again. */
    return !process->alive || process->state == 'T' || process->state == 't' || process->state == 'D';
}

static void look_at(const struct tree *tree, struct look *look) {
    struct process_table seen = look->table, *table = &look->table;
    look->table = look->before;
    look->before = seen;
    /* Whoever is ours descends from us, and whatever loses its parent becomes our child. */
    bool is_calm = tree->root == getpid() && process_descend(table, tree->root);
    look->blind = !is_calm && !process_scan(table);
    look->frozen = true;
    look->alive = 0;
    look->session_is_ours = !tree->with_root || owns_session(tree, table);
    for (size_t i = 0; i < table->count; i++)
        table->items[i].member = is_seed(tree, &table->items[i], look->session_is_ours) || was_member(look, &table->items[i]);
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t i = 0; i < table->count; i++)
            if (!table->items[i].member && has_parent_in(tree, look, &table->items[i]))
                grew = table->items[i].member = true;
    }
    for (size_t i = 0; i < table->count; i++) {
        if (!table->items[i].member || !table->items[i].alive)
            continue;
        look->alive++;
        look->frozen = look->frozen && is_frozen(&table->items[i]);
    }
}

static void release(struct look *look) {
    process_table_release(&look->table);
    process_table_release(&look->before);
}

/*
 * A process that forks and exits, whose child does the same, is gone whenever the list that names it has been read. So the numbers given out since the look began
 * are looked up one by one, and signalled at once. True if one was met.
 */
static bool meet_newborn(const struct tree *tree, struct look *look, int signal) {
    bool met = false;
    pid_t pid = look->table.newest;
    for (int steps = 0; pid > 0 && steps < MAX_NEWBORN && ++pid <= process_newest(); steps++) {
        struct process process = {0};
        if (process_find(&look->table, pid) || process_read(pid, &process) != 0 || is_frozen(&process))
            continue;
        process.member = is_seed(tree, &process, look->session_is_ours) || has_parent_in(tree, look, &process);
        if (process.member && process_signal(pid, process.start_ticks, signal) == 0) {
            process_insert(&look->table, &process);
            met = true;
        }
    }
    return met;
}

/* The youngest first: it is the one that may be about to fork. */
static void signal_members(const struct look *look, int signal, bool but_frozen) {
    for (size_t i = look->table.count; i > 0; i--) {
        const struct process *process = &look->table.items[i - 1];
        if (process->member && process->alive && !(but_frozen && is_frozen(process)))
            process_signal(process->pid, process->start_ticks, signal);
    }
}

size_t tree_kill(const struct tree *tree, int64_t bound_ms, pid_t *left, size_t max) {
    struct look look = {0};
    int64_t start = monotonic_ms();
    bool freezing = true, gone = false;
    size_t alive = 0;
    for (int64_t pause = 1;; pause = pause < KILL_PAUSE_MS ? pause * 2 : pause) {
        tree->reap(tree->context);
        look_at(tree, &look);
        /* What cannot be stopped must not keep the rest alive. */
        freezing = freezing && !look.frozen && monotonic_ms() - start <= bound_ms / 10;
        signal_members(&look, freezing ? SIGSTOP : SIGKILL, freezing);
        bool met = meet_newborn(tree, &look, freezing ? SIGSTOP : SIGKILL);
        bool only_stopped = freezing; /* Then another look, too late for stopping, has to kill. */
        freezing = freezing || met;
        alive = look.alive + met;
        /* What forks while it is looked at may be missed in one look. */
        bool nothing = alive == 0 && !look.blind;
        if ((gone && nothing) || (!only_stopped && monotonic_ms() - start >= bound_ms))
            break;
        gone = nothing;
        if (!nothing)
            sleep_ms(freezing ? 1 : pause);
    }
    tree->reap(tree->context);
    alive += look.blind;
    size_t told = 0;
    for (size_t i = 0; i < look.table.count && told < max; i++)
        if (look.table.items[i].member && look.table.items[i].alive)
            left[told++] = look.table.items[i].pid;
    while (told < max && told < alive)
        left[told++] = tree->root;
    release(&look);
    return alive;
}

void tree_terminate(const struct tree *tree) {
    struct look look = {0};
    int64_t bound = monotonic_ms() + TERMINATION_FREEZE_MS;
    for (bool late = false;; late = monotonic_ms() >= bound) {
        look_at(tree, &look);
        if (late) /* Whom the last look met is among these, and nobody else has been stopped. */
            break;
        signal_members(&look, SIGSTOP, true);
        bool met = meet_newborn(tree, &look, SIGSTOP);
        if (look.frozen && !met && !look.blind)
            break;
        sleep_ms(1);
    }
    signal_members(&look, SIGTERM, false);
    signal_members(&look, SIGCONT, false);
    release(&look);
}
