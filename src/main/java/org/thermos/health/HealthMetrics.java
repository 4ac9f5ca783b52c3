package org.thermos.health;

import java.time.Duration;

/**
 * Thermos' check in numbers, for {@code health_checker.*} (health 7.6).
 *
 * @param checks performed, snoozed rounds not counted
 * @param totalLatency of all of them
 */
public record HealthMetrics(
    long checks, int consecutiveFailures, boolean snoozed, Duration totalLatency) {
  static final HealthMetrics NONE = new HealthMetrics(0, 0, false, Duration.ZERO);
}
