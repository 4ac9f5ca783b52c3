package org.thermos.checkpoint;

/** Where one run of a process stands (checkpoints 1.3). */
public enum ProcessState {
  WAITING(0, false),
  FORKED(1, false),
  RUNNING(2, false),
  SUCCESS(3, true),
  KILLED(4, true),
  FAILED(5, true),
  LOST(6, true);

  private final int value;
  private final boolean terminal;

  ProcessState(int value, boolean terminal) {
    this.value = value;
    this.terminal = terminal;
  }

  /** The number on the wire; never changes. */
  public int value() {
    return value;
  }

  /** Whether the run has ended. */
  public boolean isTerminal() {
    return terminal;
  }
}
