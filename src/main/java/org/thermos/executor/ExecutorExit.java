package org.thermos.executor;

/** The executor's exit codes. The original exits 0, 2 or 130. */
enum ExecutorExit {
  /** It ended in order, whatever became of the task. */
  DONE(0),
  /** The command line, the environment or the driver cannot be used. */
  USAGE(2),
  /** No task came in time. */
  NO_TASK(3),
  /** The driver gave up: the agent is out of reach or wants nothing of this executor. */
  AGENT_LOST(4),
  /** The executor itself is at fault. */
  INTERNAL_ERROR(70);

  private final int code;

  ExecutorExit(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
