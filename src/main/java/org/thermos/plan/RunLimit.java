package org.thermos.plan;

/**
 * How many runs, whatever their ends, one process may have before it counts as failed (planner
 * 2.4).
 *
 * @param runs at least 1
 */
public record RunLimit(long runs) {
  public RunLimit {
    if (runs < 1) {
      throw new IllegalArgumentException(
          "Cannot limit a process to " + runs + " runs; use at least 1");
    }
  }

  /** No limit in practice: what tasks not started by the runner program have. */
  public static RunLimit unlimited() {
    return new RunLimit(Long.MAX_VALUE);
  }

  boolean isReachedBy(long count) {
    return count >= runs;
  }
}
