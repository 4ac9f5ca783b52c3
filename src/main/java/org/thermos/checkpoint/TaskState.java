package org.thermos.checkpoint;

/** Where a task stands (checkpoints 1.3). */
public enum TaskState {
  ACTIVE(0, false),
  SUCCESS(1, true),
  FAILED(2, true),
  KILLED(3, true),
  LOST(4, true),
  CLEANING(5, false),
  FINALIZING(6, false);

  private final int value;
  private final boolean terminal;

  TaskState(int value, boolean terminal) {
    this.value = value;
    this.terminal = terminal;
  }

  /** The number on the wire; never changes. */
  public int value() {
    return value;
  }

  /** Whether the task has ended. */
  public boolean isTerminal() {
    return terminal;
  }
}
