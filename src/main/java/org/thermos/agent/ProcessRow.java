package org.thermos.agent;

/**
 * A process as /proc shows it.
 *
 * @param startTicks clock ticks from boot to its start: with the pid, its identity
 */
record ProcessRow(int pid, int parent, int session, long startTicks) {}
