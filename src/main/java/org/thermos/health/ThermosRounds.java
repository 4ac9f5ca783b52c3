package org.thermos.health;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.thermos.config.HealthCheck;
import org.thermos.config.HealthCheck.Timing;
import org.thermos.log.Log;
import org.thermos.process.CommandSpec;

/** Thermos' check (health 7.1 to 7.6). Metrics may be asked for from any thread. */
final class ThermosRounds implements Rounds {
  private static final String SNOOZE_FILE = ".healthchecksnooze";

  private final HealthCheck check;
  private final Timing timing;
  private final Probe probe;
  private final Path snoozeFile;
  private final String taskId;
  private final Log log;
  private final HealthJudge judge;
  private HealthStatus reported = HealthStatus.STARTING;
  private volatile HealthMetrics metrics = HealthMetrics.NONE;

  private ThermosRounds(
      HealthCheck check, Timing timing, Probe probe, CheckPlace place, String taskId, Log log) {
    this.check = check;
    this.timing = timing;
    this.probe = probe;
    this.snoozeFile = place.sandbox().resolve(SNOOZE_FILE);
    this.taskId = taskId;
    this.log = log;
    this.judge = new HealthJudge(timing);
  }

  /** Empty if nothing is to be checked. */
  static Optional<ThermosRounds> of(HealthCheck check, CheckPlace place, String taskId, Log log) {
    if (check instanceof HealthCheck.Http http) {
      LoopbackUrl url = LoopbackUrl.of(http.scheme(), http.port(), http.endpoint());
      Probe probe = new Probe.Http(url, timeout(http.timing(), place));
      return Optional.of(new ThermosRounds(check, http.timing(), probe, place, taskId, log));
    }
    if (check instanceof HealthCheck.Tcp tcp) {
      Probe probe = new Probe.Tcp(tcp.port(), timeout(tcp.timing(), place));
      return Optional.of(new ThermosRounds(check, tcp.timing(), probe, place, taskId, log));
    }
    if (check instanceof HealthCheck.Shell shell) {
      List<String> command = List.of("/bin/bash", "-c", shell.command());
      CommandSpec spec =
          new CommandSpec(
              place.wrapper().apply(command),
              place.environment(),
              place.directory(),
              place.account(),
              timeout(shell.timing(), place));
      Probe probe = new Probe.Command(spec);
      return Optional.of(new ThermosRounds(check, shell.timing(), probe, place, taskId, log));
    }
    return Optional.empty();
  }

  private static Duration timeout(Timing timing, CheckPlace place) {
    return timing.timeout().isZero() ? SignalerTimeout.of(place.environment()) : timing.timeout();
  }

  @Override
  public Duration delay() {
    return Duration.ZERO;
  }

  @Override
  public Duration interval() {
    return timing.interval();
  }

  @Override
  public void started(Consumer<HealthReport> reports) {
    reports.accept(new HealthReport.StatusChanged(reported));
  }

  @Override
  public Optional<Probe> begin(Consumer<HealthReport> reports) {
    boolean snoozed = Files.isRegularFile(snoozeFile);
    metrics =
        new HealthMetrics(
            metrics.checks(), judge.consecutiveFailures(), snoozed, metrics.totalLatency());
    boolean checks = !snoozed && judge.mayCheck();
    report(reports);
    return checks ? Optional.of(probe) : Optional.empty();
  }

  @Override
  public void take(Observation seen, Duration took, Duration now, Consumer<HealthReport> reports) {
    Optional<String> failure = ThermosVerdict.failure(check, seen);
    if (failure.isPresent()) {
      judge.failed(failure.get());
      log.info("Health check of task " + taskId + " failed: " + failure.get());
    } else {
      judge.succeeded();
    }
    boolean performed = !(seen instanceof Observation.Broken);
    metrics =
        new HealthMetrics(
            metrics.checks() + (performed ? 1 : 0),
            judge.consecutiveFailures(),
            false,
            metrics.totalLatency().plus(took));
    report(reports);
  }

  private void report(Consumer<HealthReport> reports) {
    if (!judge.status().equals(reported)) {
      reported = judge.status();
      reports.accept(new HealthReport.StatusChanged(reported));
    }
  }

  @Override
  public boolean isOver() {
    return judge.isOver();
  }

  HealthMetrics metrics() {
    return metrics;
  }
}
