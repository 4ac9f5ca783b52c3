package org.thermos.health;

import org.thermos.config.HealthCheck.Timing;

/**
 * Thermos' judgement of a task (health 7.4). It counts attempts, not seconds; pure, and used by one
 * thread at a time.
 *
 * <p>A snoozed round is none at all: it is neither a success, with which the original makes a task
 * RUNNING that nobody has looked at, nor a failure, nor an attempt. So the grace period, which is a
 * number of attempts, is still all there when snoozing ends, and failures before and after a snooze
 * are consecutive: nothing was seen in between that speaks against it (gaps 9.4 #49).
 */
final class HealthJudge {
  private final Timing timing;
  private final long forgiven;
  private final long lastAttempt;
  private long attempts;
  private int failures;
  private int successes;
  private HealthStatus status = HealthStatus.STARTING;

  HealthJudge(Timing timing) {
    this.timing = timing;
    this.forgiven = timing.forgivingAttempts();
    this.lastAttempt = timing.maxAttemptsToRunning();
  }

  HealthStatus status() {
    return status;
  }

  int consecutiveFailures() {
    return failures;
  }

  /** A round begins that is not snoozed; false if no check is to be made in it. */
  boolean mayCheck() {
    if (status.state() == HealthStatus.State.STARTING && attempts > lastAttempt) {
      status = HealthStatus.failed("Not enough successful health checks in time.");
    }
    return !isOver();
  }

  /** The check of this round found the task healthy. */
  void succeeded() {
    countAttempt();
    successes++;
    failures = 0;
    if (status.state() == HealthStatus.State.STARTING
        && successes >= timing.minConsecutiveSuccesses()) {
      status = HealthStatus.HEALTHY;
    }
  }

  /** The check of this round did not. */
  void failed(String reason) {
    countAttempt();
    successes = 0;
    if (attempts <= forgiven) {
      return;
    }
    failures++;
    if (isTooLateToRun() || failures > timing.maxConsecutiveFailures()) {
      status = HealthStatus.failed(reason);
    }
  }

  /** Nothing can change any more. */
  boolean isOver() {
    return status.state() == HealthStatus.State.FAILED;
  }

  private boolean isTooLateToRun() {
    long left = lastAttempt - attempts;
    return status.state() == HealthStatus.State.STARTING
        && left > 1
        && timing.minConsecutiveSuccesses() > left;
  }

  private void countAttempt() {
    if (attempts <= lastAttempt) {
      attempts++;
    }
  }
}
