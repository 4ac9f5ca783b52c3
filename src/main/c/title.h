/* What ps shows of a process that was forked but not executed. */
#ifndef TITLE_H
#define TITLE_H

/* Remembers where the arguments lie. */
void title_init(char **argv);
/* Overwrites the arguments, and what of the environment follows them if need be: neither may be used afterwards. */
void title_set(const char *title, const char *short_name);

#endif
