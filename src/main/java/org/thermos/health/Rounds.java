package org.thermos.health;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** One definition of a check: when to look, at what, and what it means. One thread at a time. */
interface Rounds {
  /** Before the first round. */
  Duration delay();

  /** From the end of a round to the next. */
  Duration interval();

  /** Before anything else, and before {@code start} of the monitor returns. */
  default void started(Consumer<HealthReport> reports) {}

  /** What to look at in this round; empty if there is nothing to look at. */
  Optional<Probe> begin(Consumer<HealthReport> reports);

  /**
   * What was seen.
   *
   * @param took how long looking took
   */
  void take(Observation seen, Duration took, Duration now, Consumer<HealthReport> reports);

  /** There is nothing more to say. */
  boolean isOver();
}
