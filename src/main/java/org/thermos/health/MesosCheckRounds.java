package org.thermos.health;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Mesos' check: what is found is told when it changes, and means nothing more. */
final class MesosCheckRounds implements Rounds {
  private final MesosCheck check;
  private final Probe probe;
  private MesosCheckResult reported;

  MesosCheckRounds(MesosCheck check, CheckPlace place) {
    this.check = check;
    this.probe = MesosProbes.of(check.probe(), check.timeout(), place);
    this.reported = MesosCheckResult.none(check.probe());
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
    MesosCheckResult result = MesosVerdict.result(check.probe(), seen);
    if (!result.equals(reported)) {
      reported = result;
      reports.accept(new HealthReport.CheckResultChanged(result));
    }
  }

  @Override
  public boolean isOver() {
    return false;
  }
}
