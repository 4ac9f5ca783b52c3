package org.thermos.executor;

import java.util.EnumSet;
import java.util.Set;

/** Where the executor stands with a task. */
enum TaskPhase {
  /** The task's sandbox and the runner's input are being made. */
  PREPARING,
  /** There is a runner to look after. */
  SUPERVISING,
  /** Its last update has been told. */
  OVER;

  private Set<TaskPhase> next() {
    return switch (this) {
      case PREPARING -> EnumSet.of(SUPERVISING, OVER);
      case SUPERVISING -> EnumSet.of(OVER);
      case OVER -> EnumSet.noneOf(TaskPhase.class);
    };
  }

  /** The phase that follows, which the table above must allow. */
  TaskPhase to(TaskPhase target) {
    if (!next().contains(target)) {
      throw new IllegalStateException("a task cannot go from " + this + " to " + target);
    }
    return target;
  }
}
