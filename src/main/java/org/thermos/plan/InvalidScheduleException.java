package org.thermos.plan;

/**
 * The constraints of a task cannot be kept: a cycle, or a dependency that is not allowed (planner
 * 2.2).
 */
public final class InvalidScheduleException extends Exception {
  public InvalidScheduleException(String message) {
    super(message);
  }
}
