package org.thermos.runner;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a task that is coming to its end still has (runner 3.8). One budget covers CLEANING and
 * FINALIZING; a stop that was asked for brings its own deadline, which replaces it entirely.
 */
final class StopClock {
  private final Duration finalizationWait;
  private Optional<Duration> finalizationStart = Optional.empty();
  private Optional<StopOrder> order = Optional.empty();

  StopClock(Duration finalizationWait) {
    this.finalizationWait = finalizationWait;
  }

  /** Starts the finalization budget, unless it runs already. */
  void startFinalization(Duration uptime) {
    if (finalizationStart.isEmpty()) {
      finalizationStart = Optional.of(uptime);
    }
  }

  /**
   * A stop was asked for.
   *
   * @return whether that changed anything
   */
  boolean stop(StopOrder wanted) {
    if (order.filter(earlier -> earlier.covers(wanted)).isPresent()) {
      return false;
    }
    order = Optional.of(order.map(earlier -> earlier.and(wanted)).orElse(wanted));
    return true;
  }

  /** All that was asked for, if the end was. */
  Optional<StopOrder> order() {
    return order;
  }

  /** Uptime at which patience ends; empty as long as the task may take as long as it wants. */
  Optional<Duration> deadline() {
    return order
        .map(StopOrder::deadline)
        .or(() -> finalizationStart.map(start -> start.plus(finalizationWait)));
  }

  boolean isOver(Duration uptime) {
    return deadline().filter(end -> end.compareTo(uptime) <= 0).isPresent();
  }
}
