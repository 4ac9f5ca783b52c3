package org.thermos.health;

import java.io.Closeable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.thermos.config.HealthCheck;
import org.thermos.config.StatusCodes;
import org.thermos.log.Log;

/** A service with real threads, and the reports of its monitors. */
final class Watch implements Closeable {
  static final Duration SOON = Duration.ofMillis(20);

  final TestCommands commands = new TestCommands();
  final BlockingQueue<String> logged = new LinkedBlockingQueue<>();
  final BlockingQueue<HealthReport> reports = new LinkedBlockingQueue<>();
  final HealthService service;

  Watch() {
    this(Map.of());
  }

  Watch(Map<String, String> environment) {
    service =
        new HealthService(
            environment,
            commands,
            System::nanoTime,
            new Log() {
              @Override
              public void info(String message) {
                logged.add(message);
              }

              @Override
              public void error(String message) {
                logged.add("ERROR " + message);
              }
            });
  }

  static CheckPlace place(Path sandbox) {
    return new CheckPlace(
        sandbox,
        Optional.of(sandbox),
        Map.of("PATH", System.getenv("PATH"), "EXECUTORS", "yes"),
        Optional.empty(),
        UnaryOperator.identity());
  }

  static HealthCheck.Timing timing(Duration timeout) {
    return new HealthCheck.Timing(SOON, Duration.ZERO, timeout, 0, 1);
  }

  static HealthCheck.Http http(int port, String expected, StatusCodes codes, Duration timeout) {
    return new HealthCheck.Http("http", port, "/health", expected, codes, timing(timeout));
  }

  static HealthCheck.Http http(int port) {
    return http(port, "ok", StatusCodes.UNSPECIFIED, Duration.ofSeconds(10));
  }

  HealthMonitor start(HealthCheck check, Path sandbox) {
    return start(TaskChecks.of(check), sandbox);
  }

  HealthMonitor start(TaskChecks checks, Path sandbox) {
    HealthMonitor monitor = service.monitor("task-1", checks, place(sandbox), reports::add);
    monitor.start();
    return monitor;
  }

  HealthReport next() throws InterruptedException {
    return reports.poll(20, TimeUnit.SECONDS);
  }

  /** The status after STARTING, which a check that allows no failure has after its first round. */
  HealthStatus verdict(HealthCheck check) throws InterruptedException {
    HealthMonitor monitor = start(check, Path.of("/no-such-sandbox"));
    List<HealthReport> both = List.of(next(), next());
    monitor.stop();
    return ((HealthReport.StatusChanged) both.get(1)).status();
  }

  /** Why the task is not healthy; empty if it is. */
  String failure(HealthCheck check) throws InterruptedException {
    HealthStatus status = verdict(check);
    return status.state() == HealthStatus.State.RUNNING
        ? ""
        : status.message().replaceFirst("^Failed health check! ", "");
  }

  @Override
  public void close() {
    service.close();
  }
}
