package org.thermos.metrics;

import java.util.function.DoubleSupplier;

/** What an executor tells of one of its tasks. Gauges are asked on any thread. */
public final class TaskMetrics implements AutoCloseable {
  private final Metrics metrics;
  private final Labels labels;

  TaskMetrics(Metrics metrics, Labels labels) {
    this.metrics = metrics;
    this.labels = labels;
  }

  /** What is limited (health 7.10), with its unit. */
  public enum Resource {
    DISK("disk", "bytes"),
    MEMORY("memory", "bytes"),
    CPU("cpu", "cores");

    private final String prefix;
    private final String unit;

    Resource(String name, String unit) {
      prefix = "thermos_task_" + name;
      this.unit = unit;
    }
  }

  /** Performed checks alone: neither snoozed rounds nor those that could not be made. */
  public Latency healthChecks() {
    return metrics.latency("thermos_health_check_seconds", "How long health checks took", labels);
  }

  public void consecutiveFailures(DoubleSupplier count) {
    metrics.gauge(
        "thermos_health_consecutive_failures", "Health checks failed in a row", labels, count);
  }

  /** 1 while checks are snoozed, else 0. */
  public void snoozed(DoubleSupplier snoozed) {
    metrics.gauge("thermos_health_snoozed", "1 while health checks are snoozed", labels, snoozed);
  }

  /** How long it has not been announced, in seconds; 0 while it is. */
  public void announcerDisconnected(DoubleSupplier seconds) {
    metrics.gauge(
        "thermos_announcer_disconnected_seconds",
        "How long the task has not been announced",
        labels,
        seconds);
  }

  /** Use of a resource, what is reserved of it, and their ratio. */
  public void resource(Resource resource, DoubleSupplier used, double reserved) {
    String name = resource.prefix + "_";
    metrics.gauge(name + "used_" + resource.unit, "Use of it by the task", labels, used);
    metrics.gauge(
        name + "reserved_" + resource.unit, "What the task has of it", labels, () -> reserved);
    metrics.gauge(
        name + "used_ratio",
        "Use in proportion to what is reserved",
        labels,
        () -> reserved > 0 ? used.getAsDouble() / reserved : Double.NaN);
  }

  /** Forgets them. */
  @Override
  public void close() {
    metrics.forget(labels);
  }
}
