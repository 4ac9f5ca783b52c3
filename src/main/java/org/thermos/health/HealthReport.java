package org.thermos.health;

/** What a {@link HealthMonitor} has to say about its task. */
public sealed interface HealthReport {

  /** What Thermos' check says now, in place of what it said before; FAILED is its last word. */
  record StatusChanged(HealthStatus status) implements HealthReport {}

  /**
   * What Mesos' health check says, whenever one of Mesos' executors would send an update: at the
   * first success, at the first one after failures, and at every failure that counts.
   *
   * @param kill whether the task has failed so often that it is to be killed; the last word
   * @param message why it is not healthy; empty if it is
   */
  record HealthinessChanged(boolean healthy, boolean kill, String message)
      implements HealthReport {}

  /** What Mesos' check found, which is not what it found before. */
  record CheckResultChanged(MesosCheckResult result) implements HealthReport {}
}
