package org.thermos.health;

/**
 * What Thermos' check says of a task (health 7.4).
 *
 * @param message for the user; empty while the task starts
 */
public record HealthStatus(State state, String message) {
  static final HealthStatus STARTING = new HealthStatus(State.STARTING, "");
  static final HealthStatus HEALTHY = new HealthStatus(State.RUNNING, "Task is healthy.");
  public static final HealthStatus ASSUMED_HEALTHY =
      new HealthStatus(State.RUNNING, "No health-check defined, task is assumed healthy.");

  /** Where the check sees the task. */
  public enum State {
    STARTING,
    RUNNING,
    FAILED
  }

  static HealthStatus failed(String reason) {
    return new HealthStatus(State.FAILED, "Failed health check! " + reason);
  }
}
