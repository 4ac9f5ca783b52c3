package org.thermos.executor;

import java.util.EnumSet;
import java.util.Set;

/** Where an executor stands. It runs one task and ends. */
enum ExecutorState {
  /** Waiting for its task. */
  IDLE,
  /** The task's sandbox and the runner's input are being made. */
  PREPARING,
  /** There is a runner to look after. */
  SUPERVISING,
  /** All has been said; the driver may need a moment to deliver it. */
  LINGERING,
  STOPPED;

  private Set<ExecutorState> next() {
    return switch (this) {
      case IDLE -> EnumSet.of(PREPARING, LINGERING);
      case PREPARING -> EnumSet.of(SUPERVISING, LINGERING);
      case SUPERVISING -> EnumSet.of(LINGERING);
      case LINGERING -> EnumSet.of(STOPPED);
      case STOPPED -> EnumSet.noneOf(ExecutorState.class);
    };
  }

  /** The state that follows, which the table above must allow. */
  ExecutorState to(ExecutorState target) {
    if (!next().contains(target)) {
      throw new IllegalStateException("the executor cannot go from " + this + " to " + target);
    }
    return target;
  }
}
