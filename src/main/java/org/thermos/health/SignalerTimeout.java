package org.thermos.health;

import java.time.Duration;
import java.util.Map;

/** How long a request may take where a task's configuration does not say (health 7.2). */
final class SignalerTimeout {
  private static final String VARIABLE = "AURORA_HTTP_SIGNALER_TIMEOUT_SECS";
  private static final Duration DEFAULT = Duration.ofSeconds(1);
  private static final double MOST_SECONDS = 3600;

  private SignalerTimeout() {}

  /** What the variable says if it is a number of seconds above zero, else one second. */
  static Duration of(Map<String, String> environment) {
    try {
      double seconds = Double.parseDouble(environment.getOrDefault(VARIABLE, ""));
      return seconds > 0
          ? Duration.ofMillis((long) Math.max(1, Math.min(seconds, MOST_SECONDS) * 1000))
          : DEFAULT;
    } catch (NumberFormatException e) {
      return DEFAULT;
    }
  }
}
