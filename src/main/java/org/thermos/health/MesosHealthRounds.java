package org.thermos.health;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.thermos.log.Log;

/** Mesos' health check, as Mesos' own executors carry it out. */
final class MesosHealthRounds implements Rounds {
  private final MesosHealthCheck check;
  private final MesosHealthJudge judge;
  private final Probe probe;
  private final String taskId;
  private final Log log;

  /**
   * @param now when the task starts to be watched
   */
  MesosHealthRounds(
      MesosHealthCheck check, CheckPlace place, Duration now, String taskId, Log log) {
    this.check = check;
    this.judge = new MesosHealthJudge(check, now);
    this.probe = MesosProbes.of(check.probe(), check.timeout(), place);
    this.taskId = taskId;
    this.log = log;
  }

  @Override
  public Duration delay() {
    return check.delay();
  }

  @Override
  public Duration interval() {
    return check.interval();
  }

  @Override
  public Optional<Probe> begin(Consumer<HealthReport> reports) {
    return Optional.of(probe);
  }

  @Override
  public void take(Observation seen, Duration took, Duration now, Consumer<HealthReport> reports) {
    Optional<String> failure = MesosVerdict.failure(seen);
    failure.ifPresent(
        reason -> log.info("Mesos' health check of task " + taskId + " failed: " + reason));
    Optional<HealthReport> report =
        failure.isPresent() ? judge.failed(failure.get(), now) : judge.succeeded();
    report.ifPresent(reports);
  }

  @Override
  public boolean isOver() {
    return judge.isOver();
  }
}
