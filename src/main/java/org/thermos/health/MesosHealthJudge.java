package org.thermos.health;

import java.time.Duration;
import java.util.Optional;
import org.thermos.health.HealthReport.HealthinessChanged;

/**
 * What Mesos' health check makes of the checks, as Mesos' own executors do: pure, and used by one
 * thread at a time.
 */
final class MesosHealthJudge {
  private final MesosHealthCheck check;
  private final Duration graceUntil;
  private boolean initializing = true;
  private int failures;

  /**
   * @param now when the task started to be watched
   */
  MesosHealthJudge(MesosHealthCheck check, Duration now) {
    this.check = check;
    this.graceUntil = now.plus(check.gracePeriod());
  }

  Optional<HealthReport> succeeded() {
    boolean changes = initializing || failures > 0;
    initializing = false;
    failures = 0;
    return changes ? Optional.of(new HealthinessChanged(true, false, "")) : Optional.empty();
  }

  Optional<HealthReport> failed(String reason, Duration now) {
    boolean graceful = initializing && !check.gracePeriod().isZero();
    if (graceful && now.compareTo(graceUntil) <= 0) {
      return Optional.empty();
    }
    failures++;
    return Optional.of(new HealthinessChanged(false, isOver(), reason));
  }

  /** The task is to be killed. */
  boolean isOver() {
    return failures > 0 && failures >= check.consecutiveFailures();
  }
}
