package org.thermos.plan;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a plan has to know of one process.
 *
 * @param name its name, unique within the task
 * @param daemon whether a success lets it run again
 * @param ephemeral whether the task may complete without it
 * @param maxFailures failures after which it has failed for good; 0 for never
 * @param minDuration from the end of one run to the earliest start of the next; a million days at
 *     most
 */
public record PlannedProcess(
    String name, boolean daemon, boolean ephemeral, long maxFailures, Duration minDuration) {
  /** Keeps sums with any moment representable. */
  private static final Duration AS_GOOD_AS_NEVER = Duration.ofDays(1_000_000);

  public PlannedProcess {
    requireNonNull(name, "name is null");
    requireNonNull(minDuration, "minDuration is null");
    if (minDuration.compareTo(AS_GOOD_AS_NEVER) > 0) {
      minDuration = AS_GOOD_AS_NEVER;
    }
  }
}
