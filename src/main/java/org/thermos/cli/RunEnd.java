package org.thermos.cli;

import org.apache.mesos.Protos.TaskState;

/**
 * How a local run ended.
 *
 * @param message what the last update said
 */
record RunEnd(TaskState state, String message, Executor executor) {
  /** Whether there was an executor at all. */
  enum Executor {
    STARTED,
    NEVER_STARTED
  }

  int exitCode() {
    return switch (state) {
      case TASK_FINISHED -> ExitCode.OK;
      case TASK_FAILED, TASK_ERROR ->
          executor == Executor.STARTED ? ExitCode.FAILED : ExitCode.UNAVAILABLE;
      default -> ExitCode.KILLED;
    };
  }
}
