package org.thermos.process;

import java.util.OptionalInt;

/** Another process has the lock and kept it for as long as was waited. */
public final class LockBusyException extends NativeException {
  private static final long serialVersionUID = 1;

  private final int holder;

  LockBusyException(int errno, int holder, String message) {
    super(errno, holder == 0 ? message : message + " (process " + holder + " has it)");
    this.holder = holder;
  }

  /** The pid of that process, if it could be found out. */
  public OptionalInt holder() {
    return holder == 0 ? OptionalInt.empty() : OptionalInt.of(holder);
  }
}
