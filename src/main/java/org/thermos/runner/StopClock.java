package org.thermos.runner;

import java.time.Duration;
import java.util.Optional;
import org.thermos.checkpoint.TaskState;

/**
 * How long a task that is coming to its end still has (runner 3.8). One budget covers CLEANING and
 * FINALIZING; a stop that was asked for brings its own deadline, which replaces it entirely.
 */
final class StopClock {
  private final Duration finalizationWait;
  private Optional<Duration> finalizationStart = Optional.empty();
  private Optional<Duration> stopDeadline = Optional.empty();
  private Optional<TaskState> outcome = Optional.empty();

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
   * A stop was asked for. LOST overrules KILLED, and a deadline can only come nearer, so that
   * asking twice never gives a task more time.
   */
  void stop(TaskState requested, Duration deadline) {
    if (outcome.isEmpty() || requested == TaskState.LOST) {
      outcome = Optional.of(requested);
    }
    if (stopDeadline.isEmpty() || deadline.compareTo(stopDeadline.get()) < 0) {
      stopDeadline = Optional.of(deadline);
    }
  }

  /** The state that was asked for, if the end was. */
  Optional<TaskState> outcome() {
    return outcome;
  }

  /** Uptime at which patience ends; empty as long as the task may take as long as it wants. */
  Optional<Duration> deadline() {
    return stopDeadline.or(() -> finalizationStart.map(start -> start.plus(finalizationWait)));
  }

  boolean isOver(Duration uptime) {
    return deadline().filter(end -> end.compareTo(uptime) <= 0).isPresent();
  }
}
