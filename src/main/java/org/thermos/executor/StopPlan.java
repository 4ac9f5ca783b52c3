package org.thermos.executor;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a task that has to end may take, counted from the moment it was told to.
 *
 * @param lose when everything is killed at once by the runner (SIGUSR2)
 * @param force when everything is killed at once by the executor
 */
record StopPlan(Duration lose, Duration force) {
  /** What the runner gets for killing at once, before the executor does it. */
  private static final Duration MARGIN = Duration.ofSeconds(10);

  /**
   * For a kill: all of it within {@code limit}, and the processes' part within {@code grace} if the
   * scheduler sent one.
   */
  static StopPlan killing(Duration limit, Optional<Duration> grace) {
    Duration margin = min(MARGIN, limit.dividedBy(4));
    Duration lose = min(grace.orElse(limit), limit.minus(margin));
    return new StopPlan(lose, lose.plus(margin));
  }

  /**
   * For a shutdown: the agent kills the executor after {@code grace}, and the last update has to
   * have left by then.
   */
  static StopPlan shuttingDown(Duration grace) {
    Duration margin = min(Duration.ofSeconds(1), grace.dividedBy(5));
    return new StopPlan(grace.dividedBy(2), grace.minus(margin));
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
