package org.thermos.executor;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.thermos.announce.AnnouncedTask;
import org.thermos.config.Resources;
import org.thermos.health.HealthMetrics;
import org.thermos.health.HealthMonitor;
import org.thermos.log.Log;
import org.thermos.mesos.DriverStatistics;
import org.thermos.metrics.Labels;
import org.thermos.metrics.Metrics;
import org.thermos.metrics.MetricsFile;
import org.thermos.metrics.MetricsServer;
import org.thermos.metrics.OwnProcess;
import org.thermos.resources.ProcessSample;

/**
 * What an executor tells of itself and its tasks (executor 6.11, health 7.6, 7.8, 7.10): in a file
 * of its sandbox, and over HTTP on loopback where that is asked for. Any thread.
 */
final class ExecutorMetrics implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMinutes(1);

  private final Metrics metrics = new Metrics();
  private final AtomicLong runnerStarts = new AtomicLong();
  private final MetricsFile file;
  private final Log log;
  private final Thread writer;
  private Optional<MetricsServer> server = Optional.empty();

  /**
   * Begins to write.
   *
   * @param driver what it has done so far
   */
  ExecutorMetrics(Path file, Supplier<DriverStatistics> driver, Log log) {
    this.file = new MetricsFile(file, metrics);
    this.log = log;
    count("updates_sent", "Status updates, each counted once", driver, it -> it.updatesSent());
    count("updates_acknowledged", "Of these", driver, it -> it.updatesAcknowledged());
    count("updates_resent", "Status updates sent once more", driver, it -> it.updatesResent());
    count("reconnects", "Subscriptions after the first one", driver, it -> it.reconnects());
    metrics.counter(
        "thermos_executor_runner_starts_total",
        "Runners started, those that follow a dead one included",
        Labels.NONE,
        runnerStarts::get);
    OwnProcess own = OwnProcess.here();
    gauge("memory_rss_bytes", "Resident memory", () -> own.memory("Rss"));
    gauge("memory_anonymous_bytes", "Memory of its own", () -> own.memory("Anonymous"));
    gauge("cpu_seconds", "CPU time used so far", own::cpu);
    gauge("orphan", "1 if what started the executor has died", own::orphan);
    writer = new Thread(this::keepWriting, "thermos-metrics-file");
    writer.setDaemon(true);
    writer.start();
  }

  private void count(
      String name,
      String help,
      Supplier<DriverStatistics> driver,
      ToDoubleFunction<DriverStatistics> value) {
    metrics.counter(
        "thermos_executor_" + name + "_total",
        help,
        Labels.NONE,
        () -> value.applyAsDouble(driver.get()));
  }

  private void gauge(String name, String help, DoubleSupplier value) {
    metrics.gauge("thermos_executor_" + name, help, Labels.NONE, value);
  }

  /** Serves them on loopback as well; a port that cannot be had is no reason not to run. */
  void serve(OptionalInt port) {
    if (port.isEmpty()) {
      return;
    }
    try {
      server =
          Optional.of(MetricsServer.start(port.getAsInt(), metrics, Optional::empty, log::error));
      log.info("Metrics are served at http://127.0.0.1:" + server.get().port() + "/metrics");
    } catch (IOException e) {
      log.error("Cannot serve metrics on port " + port.getAsInt() + ": " + Causes.text(e));
    }
  }

  void runnerStarted() {
    runnerStarts.incrementAndGet();
  }

  /** From now on tells of a task; to be ended by {@link #forget}. */
  void addUsage(String taskId, TaskUsage usage, Resources reserved) {
    for (TaskUsage.Resource resource : TaskUsage.Resource.values()) {
      String name = "thermos_resource_manager_" + resource.name().toLowerCase(Locale.ROOT);
      double limit = resource.reserved(reserved);
      metrics.gauge(name + "_used", "Bytes or cores", task(taskId), () -> usage.used(resource));
      metrics.gauge(name + "_reserved", "Bytes or cores", task(taskId), () -> limit);
      metrics.gauge(
          name + "_percent",
          "Used of reserved, as a fraction",
          task(taskId),
          () -> limit > 0 ? usage.used(resource) / limit : 0);
    }
  }

  /** From now on tells of the processes of a task as well. */
  void addProcesses(String taskId, Collection<String> processes, TaskUsage usage) {
    for (String process : processes) {
      Labels labels = new Labels(Map.of("task", taskId, "process", process));
      metrics.gauge(
          "thermos_process_memory_rss_bytes",
          "Resident memory of a process' run and all that it started",
          labels,
          () -> usage.of(process, ProcessSample::rss));
      metrics.gauge(
          "thermos_process_cpu_seconds",
          "CPU time of what runs of it now",
          labels,
          () -> usage.of(process, sample -> sample.user() + sample.system()));
    }
  }

  void addHealth(String taskId, HealthMonitor monitor) {
    if (monitor.metrics().isEmpty()) {
      return;
    }
    Function<ToDoubleFunction<HealthMetrics>, DoubleSupplier> value =
        field -> () -> field.applyAsDouble(monitor.metrics().orElseThrow());
    metrics.counter(
        "thermos_health_checker_checks_total",
        "Checks performed, snoozed rounds not counted",
        task(taskId),
        value.apply(it -> it.checks()));
    metrics.counter(
        "thermos_health_checker_latency_seconds_total",
        "How long they took, all together",
        task(taskId),
        value.apply(it -> it.totalLatency().toNanos() / 1e9));
    metrics.gauge(
        "thermos_health_checker_consecutive_failures",
        "Checks that failed in a row",
        task(taskId),
        value.apply(it -> it.consecutiveFailures()));
    metrics.gauge(
        "thermos_health_checker_snoozed",
        "1 while checks are snoozed",
        task(taskId),
        value.apply(it -> it.snoozed() ? 1 : 0));
  }

  void addAnnouncement(String taskId, AnnouncedTask announced) {
    metrics.gauge(
        "thermos_announcer_disconnected_seconds",
        "How long the task has not been announced though it should be",
        task(taskId),
        () -> announced.disconnectedTime().toNanos() / 1e9);
  }

  /** The task is over. */
  void forget(String taskId) {
    metrics.forget(task(taskId));
  }

  private static Labels task(String taskId) {
    return Labels.of("task", taskId);
  }

  private void keepWriting() {
    try {
      while (true) {
        write();
        Thread.sleep(PERIOD.toMillis());
      }
    } catch (InterruptedException e) {
      // That was all.
    }
  }

  private synchronized void write() {
    try {
      file.writeIfChanged();
    } catch (ClosedByInterruptException e) {
      // They are about to be written for the last time.
    } catch (IOException e) {
      log.error("Cannot write the metrics to " + file.path() + ": " + Causes.text(e));
    }
  }

  /** Writes them a last time. */
  @Override
  public void close() {
    writer.interrupt();
    write();
    server.ifPresent(this::close);
  }

  private void close(MetricsServer server) {
    try {
      server.close();
    } catch (IOException e) {
      log.error("Cannot close the metrics' port: " + Causes.text(e));
    }
  }
}
