package org.thermos.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.thermos.health.HealthReport.HealthinessChanged;

/** What Mesos' health-checks.md says, and its health checker does. */
class MesosHealthJudgeTest {
  private static final Duration START = Duration.ofSeconds(1000);

  private static MesosHealthJudge judge(int consecutiveFailures, int graceSeconds) {
    return new MesosHealthJudge(
        new MesosHealthCheck(
            new MesosProbe.Tcp(1),
            Duration.ZERO,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            consecutiveFailures,
            Duration.ofSeconds(graceSeconds)),
        START);
  }

  private static Duration after(int seconds) {
    return START.plusSeconds(seconds);
  }

  @Test
  void theFirstSuccessIsToldAndThoseAfterItAreNot() {
    MesosHealthJudge judge = judge(3, 10);
    assertThat(judge.succeeded()).contains(new HealthinessChanged(true, false, ""));
    assertThat(judge.succeeded()).isEmpty();
  }

  @Test
  void failuresInTheGracePeriodAreNotTold() {
    MesosHealthJudge judge = judge(3, 10);
    assertThat(judge.failed("a", after(3))).isEmpty();
    assertThat(judge.failed("b", after(10))).isEmpty();
    assertThat(judge.failed("c", after(11))).contains(new HealthinessChanged(false, false, "c"));
  }

  @Test
  void theGracePeriodEndsWithTheFirstSuccess() {
    MesosHealthJudge judge = judge(3, 10);
    judge.succeeded();
    assertThat(judge.failed("a", after(1))).contains(new HealthinessChanged(false, false, "a"));
  }

  @Test
  void everyFailureIsToldAndTheLastOneKills() {
    MesosHealthJudge judge = judge(3, 0);
    assertThat(judge.failed("a", after(0))).contains(new HealthinessChanged(false, false, "a"));
    assertThat(judge.failed("b", after(1))).contains(new HealthinessChanged(false, false, "b"));
    assertThat(judge.isOver()).isFalse();
    assertThat(judge.failed("c", after(2))).contains(new HealthinessChanged(false, true, "c"));
    assertThat(judge.isOver()).isTrue();
  }

  @Test
  void aSuccessAfterFailuresIsToldAndStartsTheCountAnew() {
    MesosHealthJudge judge = judge(2, 0);
    judge.failed("a", after(0));
    assertThat(judge.succeeded()).contains(new HealthinessChanged(true, false, ""));
    assertThat(judge.failed("b", after(2))).contains(new HealthinessChanged(false, false, "b"));
  }

  @Test
  void zeroFailuresAllowedMeansTheFirstOneKills() {
    assertThat(judge(0, 0).failed("a", after(0)))
        .contains(new HealthinessChanged(false, true, "a"));
    assertThat(judge(0, 0).isOver()).isFalse();
  }
}
