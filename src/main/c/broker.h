/* The hands of one JVM: see wire.h for what it can be told, and what it tells. */
#ifndef BROKER_H
#define BROKER_H

/* Serves until the command pipe ends. The two descriptors must be above 2. */
_Noreturn void broker_main(int commands, int events);

#endif
