package org.thermos.mesos;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Delays that double up to a limit, each shortened by a random part of up to a half. */
final class Backoff {

  private static final Duration FIRST = Duration.ofMillis(50);

  private final Duration limit;
  private final RandomGenerator random;
  private Duration next;

  Backoff(Duration limit, RandomGenerator random) {
    this.limit = limit.compareTo(FIRST) < 0 ? FIRST : limit;
    this.random = random;
    this.next = FIRST;
  }

  /** The delay before the next try. */
  Duration next() {
    Duration delay = next;
    Duration doubled = delay.multipliedBy(2);
    next = doubled.compareTo(limit) < 0 ? doubled : limit;
    return delay.minusMillis(random.nextLong(delay.toMillis() / 2 + 1));
  }

  /** Starts small again, after a success. */
  void reset() {
    next = FIRST;
  }
}
