package org.thermos.runner;

import java.time.Duration;
import org.thermos.checkpoint.TaskState;

/**
 * That a task has to end, whatever becomes of the runner that was told so.
 *
 * @param outcome KILLED or LOST
 * @param deadline uptime at which everything is killed
 */
public record StopOrder(TaskState outcome, Duration deadline) {

  /** Whether the other order asks for nothing that this one does not. */
  boolean covers(StopOrder other) {
    return (outcome == TaskState.LOST || other.outcome != TaskState.LOST)
        && deadline.compareTo(other.deadline) <= 0;
  }

  /**
   * What both orders together ask for: LOST overrules KILLED, and a deadline can only come nearer,
   * so that asking twice never gives a task more time.
   */
  StopOrder and(StopOrder other) {
    return new StopOrder(
        other.outcome == TaskState.LOST ? TaskState.LOST : outcome,
        other.deadline.compareTo(deadline) < 0 ? other.deadline : deadline);
  }
}
