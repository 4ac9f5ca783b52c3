package org.thermos.process;

/**
 * A process as /proc shows it.
 *
 * @param state the letter of proc(5): R, S, D, T, Z ...
 * @param startTicks clock ticks from the boot of the machine to its start
 * @param uid its real uid
 */
public record ProcessEntry(
    int pid,
    int parent,
    int group,
    int session,
    char state,
    long startTicks,
    int uid,
    String name) {
  public ProcessIdentity identity() {
    return new ProcessIdentity(pid, startTicks);
  }

  /** Whether it still runs, rather than waiting to be collected. */
  public boolean isAlive() {
    return state != 'Z' && state != 'X';
  }
}
