package org.thermos.process;

/**
 * A process beyond doubt: numbers are used again, a number together with the time its bearer
 * started is not.
 *
 * @param startTicks clock ticks from the boot of the machine to the start of the process, as /proc
 *     tells
 */
public record ProcessIdentity(int pid, long startTicks) {}
