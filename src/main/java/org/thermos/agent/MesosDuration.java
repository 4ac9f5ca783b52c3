package org.thermos.agent;

import java.time.Duration;

/** Durations as Mesos writes them: the largest unit that needs no fraction. */
final class MesosDuration {
  private enum Unit {
    WEEKS("weeks", Duration.ofDays(7)),
    DAYS("days", Duration.ofDays(1)),
    HOURS("hrs", Duration.ofHours(1)),
    MINUTES("mins", Duration.ofMinutes(1)),
    SECONDS("secs", Duration.ofSeconds(1)),
    MILLISECONDS("ms", Duration.ofMillis(1)),
    MICROSECONDS("us", Duration.ofNanos(1_000)),
    NANOSECONDS("ns", Duration.ofNanos(1));

    private final String suffix;
    private final long nanoseconds;

    Unit(String suffix, Duration length) {
      this.suffix = suffix;
      this.nanoseconds = length.toNanos();
    }
  }

  private MesosDuration() {}

  static String format(Duration duration) {
    long nanoseconds = duration.toNanos();
    if (nanoseconds == 0) {
      return "0ns";
    }
    Unit unit = Unit.NANOSECONDS;
    for (Unit candidate : Unit.values()) {
      if (nanoseconds % candidate.nanoseconds == 0) {
        unit = candidate;
        break;
      }
    }
    return nanoseconds / unit.nanoseconds + unit.suffix;
  }
}
