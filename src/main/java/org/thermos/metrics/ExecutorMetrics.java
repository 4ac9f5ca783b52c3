package org.thermos.metrics;

import java.util.function.DoubleSupplier;

/**
 * What an executor tells of itself (health 7.6, 7.8, 7.10, executor 6.11). Any thread; each counter
 * is counted by whoever does the thing.
 */
public final class ExecutorMetrics {
  private final Metrics metrics;
  private final Counter updatesSent;
  private final Counter updatesAcknowledged;
  private final Counter updatesResent;
  private final Counter reconnects;
  private final Counter runnerStarts;

  public ExecutorMetrics(Metrics metrics) {
    this.metrics = metrics;
    updatesSent = counter("updates_sent", "Status updates sent for the first time");
    updatesAcknowledged = counter("updates_acknowledged", "Status updates the agent acknowledged");
    updatesResent = counter("updates_resent", "Status updates sent once more");
    reconnects = counter("reconnects", "Times the agent was subscribed to again");
    runnerStarts = counter("runner_starts", "Runners started, again for the same task included");
    OwnProcess own = OwnProcess.here();
    gauge("memory_rss_bytes", "Resident memory", () -> own.memory("Rss"));
    gauge(
        "memory_pss_bytes", "Resident memory, shared pages in proportion", () -> own.memory("Pss"));
    gauge("memory_anonymous_bytes", "Memory of its own", () -> own.memory("Anonymous"));
    gauge("cpu_seconds", "CPU time used so far", own::cpu);
    gauge("orphan", "1 if what started the executor has died", own::orphan);
  }

  private Counter counter(String name, String help) {
    return metrics.counter("thermos_executor_" + name + "_total", help, Labels.NONE);
  }

  private void gauge(String name, String help, DoubleSupplier value) {
    metrics.gauge("thermos_executor_" + name, help, Labels.NONE, value);
  }

  public Counter updatesSent() {
    return updatesSent;
  }

  public Counter updatesAcknowledged() {
    return updatesAcknowledged;
  }

  public Counter updatesResent() {
    return updatesResent;
  }

  public Counter reconnects() {
    return reconnects;
  }

  public Counter runnerStarts() {
    return runnerStarts;
  }

  /** Those of one task; to be closed at its end. */
  public TaskMetrics task(String taskId) {
    return new TaskMetrics(metrics, Labels.of("task", taskId));
  }
}
