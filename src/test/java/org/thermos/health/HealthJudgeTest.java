package org.thermos.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thermos.config.HealthCheck.Timing;
import org.thermos.health.HealthStatus.State;

class HealthJudgeTest {
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private static HealthJudge judge(int graceSeconds, int maxFailures, int minSuccesses) {
    return new HealthJudge(
        new Timing(
            INTERVAL,
            Duration.ofSeconds(graceSeconds),
            Duration.ofSeconds(1),
            maxFailures,
            minSuccesses));
  }

  /** S, R or F after each of the rounds, which are '+', '-' or 'z' for a snoozed one. */
  private static String statuses(HealthJudge judge, String rounds) {
    StringBuilder statuses = new StringBuilder();
    for (int i = 0; i < rounds.length(); i++) {
      char round = rounds.charAt(i);
      if (round != 'z' && judge.mayCheck()) {
        if (round == '+') {
          judge.succeeded();
        } else {
          judge.failed("no");
        }
      }
      statuses.append(judge.status().state().name().charAt(0));
    }
    return statuses.toString();
  }

  @ParameterizedTest
  @CsvSource({
    // The examples of health 7.4: grace, max failures, min successes.
    "20, 0, 1, +, R",
    "20, 0, 1, +--, RRF",
    "20, 0, 1, --+, SSR",
    "20, 0, 1, ---, SSF",
    "0, 0, 1, -, F",
    "15, 2, 2, ++---, SRRRF",
    "20, 2, 4, -----, SSSSF",
    "20, 4, 1, ------+, SSSSSSR",
    "20, 4, 1, ------+-----, SSSSSSRRRRRF",
    // Failing fast: the three successes that are wanted do not fit into the two attempts left.
    "0, 2, 3, ++-+++, SSFFFF",
    "0, 2, 3, --+, SSS",
    "0, 9, 9, +++++++++-, SSSSSSSSRR",
    // Successes that never come in a row: too late, without a check.
    "0, 1, 1, -+, SR",
    "0, 3, 3, -+-+-+-+, SSSSSSSF",
    "10, 0, 2, +-+, SFF",
    "10, 1, 2, -+-++, SSSSR",
    "10, 1, 2, -+-+-+, SSSSSF",
    // A snoozed round is none.
    "20, 0, 1, zzzzzz, SSSSSS",
    "20, 0, 1, zzzz--+, SSSSSSR",
    "20, 1, 1, --z-z-, SSSSSF",
    "0, 0, 2, +z+, SSR",
    "0, 0, 1, +zz-, RRRF",
  })
  void judgesAttempts(
      int grace, int maxFailures, int minSuccesses, String rounds, String expected) {
    assertThat(statuses(judge(grace, maxFailures, minSuccesses), rounds)).isEqualTo(expected);
  }

  @Test
  void theMessagesAreTheOriginals() {
    HealthJudge failing = judge(0, 0, 1);
    assertThat(failing.status()).isEqualTo(new HealthStatus(State.STARTING, ""));
    failing.failed("the reason");
    assertThat(failing.status().message()).isEqualTo("Failed health check! the reason");
    HealthJudge healthy = judge(0, 0, 1);
    healthy.succeeded();
    assertThat(healthy.status().message()).isEqualTo("Task is healthy.");
    HealthJudge late = judge(0, 3, 3);
    assertThat(statuses(late, "-+-+-+-")).isEqualTo("SSSSSSS");
    assertThat(late.mayCheck()).isFalse();
    assertThat(late.status().message())
        .isEqualTo("Failed health check! Not enough successful health checks in time.");
  }

  @Test
  void failuresInARowAreCounted() {
    HealthJudge judge = judge(20, 0, 1);
    judge.succeeded();
    judge.failed("forgiven");
    assertThat(judge.consecutiveFailures()).isZero();
    judge.failed("counted");
    assertThat(judge.consecutiveFailures()).isEqualTo(1);
  }

  /** Health 7.4 word for word, with everything that the rules name as a variable. */
  private static String model(int grace, int maxFailures, int minSuccesses, List<Boolean> rounds) {
    StringBuilder statuses = new StringBuilder();
    int forgiven = (int) Math.ceil(grace / 10.0);
    int last = forgiven + maxFailures + minSuccesses;
    int attempts = 0;
    int failures = 0;
    int successes = 0;
    boolean running = false;
    boolean healthy = true;
    for (boolean good : rounds) {
      if (healthy && !running && attempts > last) {
        healthy = false;
      } else if (healthy) {
        if (attempts <= last) {
          attempts += 1;
        }
        if (good) {
          successes += 1;
          failures = 0;
          if (!running && successes >= minSuccesses) {
            running = true;
          }
        } else {
          successes = 0;
          if (attempts > forgiven) {
            if (!running && last - attempts > 1 && minSuccesses > last - attempts) {
              healthy = false;
            }
            failures += 1;
            if (failures > maxFailures) {
              healthy = false;
            }
          }
        }
      }
      char starting = running ? 'R' : 'S';
      statuses.append(healthy ? starting : 'F');
    }
    return statuses.toString();
  }

  @Property(tries = 5000)
  void judgesAsTheRulesSay(
      @ForAll @IntRange(max = 60) int grace,
      @ForAll @IntRange(max = 5) int maxFailures,
      @ForAll @IntRange(max = 5) int minSuccesses,
      @ForAll @Size(max = 40) List<Boolean> rounds) {
    StringBuilder text = new StringBuilder();
    rounds.forEach(good -> text.append(good ? '+' : '-'));
    assertThat(statuses(judge(grace, maxFailures, minSuccesses), text.toString()))
        .isEqualTo(model(grace, maxFailures, minSuccesses, rounds));
  }

  @Property
  void snoozedRoundsChangeNothing(
      @ForAll @IntRange(max = 40) int grace,
      @ForAll @IntRange(max = 3) int maxFailures,
      @ForAll @IntRange(max = 3) int minSuccesses,
      @ForAll @Size(max = 30) List<@IntRange(max = 2) Integer> rounds) {
    StringBuilder all = new StringBuilder();
    rounds.forEach(round -> all.append("+-z".charAt(round)));
    String awake = all.toString().replace("z", "");
    HealthJudge snoozing = judge(grace, maxFailures, minSuccesses);
    HealthJudge other = judge(grace, maxFailures, minSuccesses);
    statuses(snoozing, all.toString());
    statuses(other, awake);
    assertThat(snoozing.status()).isEqualTo(other.status());
  }
}
