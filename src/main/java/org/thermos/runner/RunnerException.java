package org.thermos.runner;

/** The runner cannot go on. Carries what the user is told and the code it exits with. */
public final class RunnerException extends Exception {
  private final ExitCode exitCode;

  RunnerException(ExitCode exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  RunnerException(ExitCode exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  ExitCode exitCode() {
    return exitCode;
  }
}
