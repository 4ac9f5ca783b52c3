package org.thermos.process;

/** Signals, by their numbers on Linux. */
public enum Signal {
  INTERRUPT(2),
  KILL(9),
  USER_1(10),
  USER_2(12),
  TERMINATE(15),
  CONTINUE(18),
  STOP(19);

  private final int number;

  Signal(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
