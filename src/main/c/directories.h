/*
 * Directories whose files are watched: by inotify or, where the kernel grants no more instances or watches, by looking at them again and again until it does.
 * There is an instance as long as there is something to be watched with it.
 */
#ifndef DIRECTORIES_H
#define DIRECTORIES_H

#include <stdbool.h>
#include <stdint.h>

/* The name of the file; empty if any may have changed. */
typedef void tell_change(uint32_t directory, const char *name);

/* From here on every file that is made in it, moved in or written to is told. 0 and the number of the directory, or errno. Watched twice it has one number. */
int directory_watch(const char *path, uint32_t *number);
/* False if there is none of this number. */
bool directory_forget(uint32_t number);
/* Why inotify is not to be had for some of them: errno, or 0 if all is well. */
int directories_lack(void);
/* The memory, in a child that has nothing to do with them. */
void directories_release(void);

/* To be polled; -1: none. */
int directories_descriptor(void);
/* One look at what inotify has; what follows waits in the kernel, which merges repeats. */
void directories_take_events(tell_change *tell);

/* When those that inotify does not tell of are to be looked at, see due.h. */
int64_t directories_look_at(void);
void directories_look(int64_t now, tell_change *tell);

#endif
