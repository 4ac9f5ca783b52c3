package org.thermos.cli;

/** The exit codes of all commands; those from 64 on are the usual ones of sysexits. */
final class ExitCode {
  static final int OK = 0;

  /** The task failed, or a file was refused. */
  static final int FAILED = 1;

  /** The task was killed or lost. */
  static final int KILLED = 2;

  /** The command line cannot be understood. */
  static final int USAGE = 64;

  /** A file is damaged, or not what the command reads. */
  static final int DATA = 65;

  /** A file does not exist or cannot be opened. */
  static final int NO_INPUT = 66;

  /** There is no such account. */
  static final int NO_USER = 67;

  /** The executor cannot be started. */
  static final int UNAVAILABLE = 69;

  /** A defect of this program. */
  static final int SOFTWARE = 70;

  /** The work directory cannot be made or written. */
  static final int CANNOT_CREATE = 73;

  /** The output cannot be written. */
  static final int IO_ERROR = 74;

  /** Only root may run a task as another user. */
  static final int NO_PERMISSION = 77;

  /** The task's configuration is refused. */
  static final int CONFIG = 78;

  private ExitCode() {}
}
