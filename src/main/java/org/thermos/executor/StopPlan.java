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

  /** What a task's processes and finalizers get after SIGTERM unless it says otherwise. */
  private static final Duration HEEDING = Duration.ofSeconds(30);

  /**
   * For a kill: all of it within {@code limit}; or, if the scheduler or the task's kill policy says
   * how long its processes may take, that long.
   */
  static StopPlan killing(Duration limit, Optional<Duration> grace) {
    Duration margin = min(MARGIN, limit.dividedBy(4));
    Duration lose = grace.orElse(limit.minus(margin));
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

  // Being asked politely must not cost the processes their SIGTERM, and the time to heed it.
  private static StopPlan of(Duration lose, Duration force) {
    Duration heeding = min(HEEDING, lose.dividedBy(2));
    return new StopPlan(min(WITHDRAWAL, lose.dividedBy(4)), lose.minus(heeding), lose, force);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
