package org.thermos.process;

import java.util.OptionalInt;

/**
 * How a process ended.
 *
 * @param waitStatus as wait(2) tells it
 */
public record ExitStatus(int waitStatus) {
  /** What it handed to exit; empty if a signal ended it. */
  public OptionalInt exitCode() {
    return signalNumber() == 0 ? OptionalInt.of(waitStatus >> 8 & 0xff) : OptionalInt.empty();
  }

  /** The signal that ended it; empty if it ended by itself. */
  public OptionalInt signal() {
    return signalNumber() == 0 ? OptionalInt.empty() : OptionalInt.of(signalNumber());
  }

  /** The exit code, or the signal's number negated, as checkpoints have it (processes 4.3). */
  public int returnCode() {
    return signalNumber() == 0 ? waitStatus >> 8 & 0xff : -signalNumber();
  }

  private int signalNumber() {
    return waitStatus & 0x7f;
  }
}
