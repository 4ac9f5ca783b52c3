package org.thermos.runner;

/** The runner program's exit codes (runner 3.9); executors translate them into task states. */
public enum ExitCode {
  /** The task is over, whatever its outcome, or was over before. */
  DONE(0),
  /** The command line or the task file cannot be understood. */
  USAGE(2),
  /** A port the task refers to was not given, or the runner itself is at fault. */
  INTERNAL_ERROR(101),
  /** The task can never run as it is. */
  INVALID_TASK(102),
  /** The system refused something: a lock, a file, a process. */
  UNKNOWN_ERROR(103),
  /** The account to run as does not exist here. */
  UNKNOWN_USER(104),
  /** Control was refused because the task ended meanwhile. */
  TERMINAL_TASK(105);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
