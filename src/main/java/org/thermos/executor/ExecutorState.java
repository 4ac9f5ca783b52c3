package org.thermos.executor;

import java.util.EnumSet;
import java.util.Set;

/** Where an executor stands. */
enum ExecutorState {
  /** Waiting for a task. */
  IDLE,
  /** There are tasks to look after. */
  SERVING,
  /** All has been said; the driver may need a moment to deliver it. */
  LINGERING,
  STOPPED;

  private Set<ExecutorState> next() {
    return switch (this) {
      case IDLE -> EnumSet.of(SERVING, LINGERING);
      case SERVING -> EnumSet.of(IDLE, LINGERING);
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
