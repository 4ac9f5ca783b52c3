package org.thermos.cli;

import java.time.Duration;
import java.util.Optional;
import org.thermos.checkpoint.TaskState;

/**
 * How tasks are to be ended.
 *
 * @param outcome KILLED or LOST
 * @param allowance how long they may take; empty for what was recorded when they began
 * @param pressure what to do when that is not enough
 */
record StopWish(TaskState outcome, Optional<Duration> allowance, Pressure pressure) {
  enum Pressure {
    /** Say so, and leave it at that. */
    ASK,
    /** Kill a runner that does not obey; do without finalizers and unreadable records. */
    FORCE
  }

  boolean isForced() {
    return pressure == Pressure.FORCE;
  }

  /** As in {@code cannot kill}. */
  String verb() {
    return outcome == TaskState.LOST ? "lose" : "kill";
  }
}
