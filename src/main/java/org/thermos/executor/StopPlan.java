package org.thermos.executor;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a task that has to end may take, counted from the moment it was told to. The steps come
 * one after the other, each as soon as the one before is done; these are the latest times.
 *
 * @param withdraw when no checker is waited for any more: by then the task is announced nowhere
 * @param terminate when its processes are told to end (SIGTERM), whatever the task makes of HTTP
 * @param lose when everything is killed at once by the runner (SIGUSR2)
 * @param force when everything is killed at once by the executor
 */
record StopPlan(Duration withdraw, Duration terminate, Duration lose, Duration force) {
  /** What the runner gets for killing at once, before the executor does it. */
  private static final Duration MARGIN = Duration.ofSeconds(10);

  private static final Duration WITHDRAWAL = Duration.ofSeconds(2);

  /**
   * For a kill: all of it within {@code limit}, and the processes' part within {@code grace} if the
   * scheduler sent one.
   */
  static StopPlan killing(Duration limit, Optional<Duration> grace) {
    Duration margin = min(MARGIN, limit.dividedBy(4));
    Duration lose = min(grace.orElse(limit), limit.minus(margin));
    return of(lose, lose.plus(margin));
  }

  /**
   * For a shutdown: the agent kills the executor after {@code grace}, and the last update has to
   * have left by then.
   */
  static StopPlan shuttingDown(Duration grace) {
    Duration margin = min(Duration.ofSeconds(1), grace.dividedBy(5));
    return of(grace.dividedBy(2), grace.minus(margin));
  }

  // Half of the time is the processes': being asked politely must not cost them their SIGTERM.
  private static StopPlan of(Duration lose, Duration force) {
    return new StopPlan(min(WITHDRAWAL, lose.dividedBy(4)), lose.dividedBy(2), lose, force);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
