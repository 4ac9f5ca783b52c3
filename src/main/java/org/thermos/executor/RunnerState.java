package org.thermos.executor;

import java.util.EnumSet;
import java.util.Set;

/** Where the executor stands with the runner. */
enum RunnerState {
  ABSENT,
  /** Started; signals would end it, for it has not said yet that it is there. */
  STARTING,
  /** It has written to the checkpoint: it answers to signals. */
  IN_CONTROL,
  /** Started once more, only to kill what an earlier one left. */
  SWEEPING,
  /** The executor kills it, with all that it started. */
  FORCED,
  OVER;

  private Set<RunnerState> next() {
    return switch (this) {
      case ABSENT -> EnumSet.of(STARTING);
      case STARTING -> EnumSet.of(STARTING, IN_CONTROL, SWEEPING, FORCED, OVER);
      case IN_CONTROL -> EnumSet.of(STARTING, SWEEPING, FORCED, OVER);
      case SWEEPING -> EnumSet.of(FORCED, OVER);
      case FORCED -> EnumSet.of(OVER);
      case OVER -> EnumSet.noneOf(RunnerState.class);
    };
  }

  /** The state that follows, which the table above must allow. */
  RunnerState to(RunnerState target) {
    if (!next().contains(target)) {
      throw new IllegalStateException("the runner cannot go from " + this + " to " + target);
    }
    return target;
  }
}
