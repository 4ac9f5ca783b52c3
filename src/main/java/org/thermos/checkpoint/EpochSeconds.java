package org.thermos.checkpoint;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * The times of process records: seconds since the epoch as a double. In our era a double tells
 * microseconds apart, but nothing finer.
 */
final class EpochSeconds {
  /** Some three thousand years; long after, microseconds would be lost. */
  private static final long MOST = 100_000_000_000L;

  private static final double MICROS_PER_SECOND = 1e6;

  private EpochSeconds() {}

  /**
   * The nearest microsecond.
   *
   * @throws IllegalArgumentException if the time cannot be encoded
   */
  static Instant rounded(Instant time) {
    if (Math.abs(time.getEpochSecond()) >= MOST) {
      throw new IllegalArgumentException("Cannot record the time " + time + "; it is too far away");
    }
    return ofMicros(time.getEpochSecond(), TimeUnit.NANOSECONDS.toMicros(time.getNano() + 500L));
  }

  static double toDouble(Instant time) {
    long micros = TimeUnit.NANOSECONDS.toMicros(time.getNano());
    return time.getEpochSecond() + micros / MICROS_PER_SECOND;
  }

  static boolean isValid(double seconds) {
    return Math.abs(seconds) < MOST; // false for NaN
  }

  static Instant toInstant(double seconds) {
    double whole = Math.floor(seconds);
    return ofMicros((long) whole, Math.round((seconds - whole) * MICROS_PER_SECOND));
  }

  private static Instant ofMicros(long seconds, long micros) {
    return Instant.ofEpochSecond(seconds, TimeUnit.MICROSECONDS.toNanos(micros));
  }
}
