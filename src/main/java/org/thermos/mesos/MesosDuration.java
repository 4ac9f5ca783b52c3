package org.thermos.mesos;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;

/**
 * Reads durations as Mesos prints them: {@code 0ns}, {@code 1500ms}, {@code 2secs}, {@code 1.5hrs}.
 */
final class MesosDuration {

  private static final Map<String, Long> NANOSECONDS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "ms", 1_000_000L,
          "secs", 1_000_000_000L,
          "mins", 60_000_000_000L,
          "hrs", 3_600_000_000_000L,
          "days", 86_400_000_000_000L,
          "weeks", 604_800_000_000_000L);

  private MesosDuration() {}

  /**
   * The duration that {@code text} names, to the nanosecond; a finer fraction is cut off.
   *
   * @throws IllegalArgumentException with a text that completes "... is not a duration: "
   */
  static Duration parse(String text) {
    int unitStart = 0;
    while (unitStart < text.length() && isNumeric(text.charAt(unitStart))) {
      unitStart++;
    }
    Long unit = NANOSECONDS.get(text.substring(unitStart));
    if (unit == null) {
      throw new IllegalArgumentException(
          "it needs a unit (ns, us, ms, secs, mins, hrs, days or weeks)");
    }
    if (unitStart == 0 || unitStart > 30) {
      throw new IllegalArgumentException("it needs a number, for example 2secs");
    }
    BigDecimal amount;
    try {
      amount = new BigDecimal(text.substring(0, unitStart));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("its number cannot be read", e);
    }
    BigDecimal nanoseconds = amount.multiply(BigDecimal.valueOf(unit));
    if (nanoseconds.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("it is longer than 292 years");
    }
    return Duration.ofNanos(nanoseconds.longValue());
  }

  private static boolean isNumeric(char c) {
    return c == '.' || (c >= '0' && c <= '9');
  }
}
