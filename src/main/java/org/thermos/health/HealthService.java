package org.thermos.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.thermos.log.Log;
import org.thermos.process.CommandRunner;

/**
 * Checks the health of all tasks of an executor. It has one thread for the time, which is there
 * once the first check is, and up to 32 that wait for tasks to answer, only while they do.
 */
public final class HealthService implements AutoCloseable {
  private final HelperThreads threads = new HelperThreads();
  private final Prober prober;
  private final HttpPoster poster;
  private final LongSupplier nanoTime;
  private final Log log;

  /**
   * @param environment the executor's, which may say how long requests may take
   * @param commands runs the commands of checks
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  public HealthService(
      Map<String, String> environment, CommandRunner commands, LongSupplier nanoTime, Log log) {
    this.prober = new Prober(threads, commands);
    this.poster = new HttpPoster(threads, SignalerTimeout.of(environment), log);
    this.nanoTime = nanoTime;
    this.log = log;
  }

  /**
   * Makes what checks a task once it is started; the grace period of Mesos' check begins now.
   *
   * @param taskId for the log
   * @param reports see {@link HealthMonitor}
   */
  public HealthMonitor monitor(
      String taskId, TaskChecks checks, CheckPlace place, Consumer<HealthReport> reports) {
    Optional<ThermosRounds> thermos = ThermosRounds.of(checks.thermos(), place, taskId, log);
    List<Rounds> rounds = new ArrayList<>();
    thermos.ifPresent(rounds::add);
    Duration now = Duration.ofNanos(nanoTime.getAsLong());
    checks.health().ifPresent(it -> rounds.add(new MesosHealthRounds(it, place, now, taskId, log)));
    checks.check().ifPresent(it -> rounds.add(new MesosCheckRounds(it, place)));
    Object lock = new Object();
    List<CheckLoop> loops = new ArrayList<>();
    for (Rounds each : rounds) {
      loops.add(new CheckLoop(lock, each, prober, threads, nanoTime, reports, log));
    }
    return new HealthMonitor(
        lock,
        loops,
        thermos,
        () -> reports.accept(new HealthReport.StatusChanged(HealthStatus.ASSUMED_HEALTHY)));
  }

  /** Tells tasks to stop (executor 6.10). */
  public HttpPoster poster() {
    return poster;
  }

  /** Ends the threads; monitors that are still started report nothing more. */
  @Override
  public void close() {
    threads.end();
  }
}
