package org.thermos.executor;

/** The states that an executor may report of its task (executor 6.3); KILLING only where wanted. */
enum UpdateState {
  STARTING,
  RUNNING,
  KILLING,
  FINISHED,
  FAILED,
  KILLED,
  LOST;

  /** Whether the task is over: no other update may follow. */
  boolean isTerminal() {
    return switch (this) {
      case STARTING, RUNNING, KILLING -> false;
      case FINISHED, FAILED, KILLED, LOST -> true;
    };
  }
}
