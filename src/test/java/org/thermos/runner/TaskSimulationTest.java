package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.thermos.checkpoint.TaskState;
import org.thermos.runner.SimulatedWorld.Chaos;
import org.thermos.runner.SimulatedWorld.Stop;

/**
 * Lives thousands of random tasks in a simulated world. A failure names the seed that replays it.
 */
class TaskSimulationTest {
  private static final int SEEDS = Integer.getInteger("thermos.seeds", 3000);

  @Test
  void everyTaskEndsAsItShouldWhenNothingGoesWrong() {
    forEverySeed(seed -> new SimulatedWorld(seed, scenario(seed), calm(seed)).run());
  }

  @Test
  void noCrashChangesTheOutcome() {
    forEverySeed(
        seed -> {
          Scenario scenario = scenario(seed);
          if (!scenario.endsByItself()) {
            return;
          }
          TaskState expected = new SimulatedWorld(seed, scenario, Chaos.NONE).run();
          Random random = new Random(seed);
          Chaos chaos =
              new Chaos(
                  1 + random.nextInt(20),
                  random.nextInt(4),
                  random.nextInt(4) == 0,
                  random.nextInt(4) == 0,
                  Optional.empty());
          assertThat(new SimulatedWorld(seed, scenario, chaos).run()).isEqualTo(expected);
        });
  }

  @Test
  void aTaskThatIsStoppedEndsInTimeWhateverGoesWrong() {
    forEverySeed(
        seed -> {
          Random random = new Random(seed);
          Stop stop =
              new Stop(
                  Duration.ofMillis(random.nextInt(15_000)),
                  random.nextInt(3) == 0 ? TaskState.LOST : TaskState.KILLED,
                  random.nextInt(3) == 0 ? Duration.ZERO : Duration.ofSeconds(60));
          Chaos chaos =
              new Chaos(
                  random.nextInt(15),
                  random.nextInt(3),
                  random.nextInt(6) == 0,
                  random.nextInt(6) == 0,
                  Optional.of(stop));
          new SimulatedWorld(seed, scenario(seed), chaos).run();
        });
  }

  private static Chaos calm(long seed) {
    return scenario(seed).endsByItself()
        ? Chaos.NONE
        : new Chaos(
            0,
            0,
            false,
            false,
            Optional.of(
                new Stop(Duration.ofSeconds(20), TaskState.KILLED, Duration.ofSeconds(60))));
  }

  private static Scenario scenario(long seed) {
    return Scenario.random(seed);
  }

  private interface SeededTest {
    void run(long seed);
  }

  private static void forEverySeed(SeededTest test) {
    long only = Long.getLong("thermos.seed", -1);
    for (long seed = Math.max(only, 0); seed < (only < 0 ? SEEDS : only + 1); seed++) {
      try {
        test.run(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + " (-Dthermos.seed=" + seed + "): " + e, e);
      }
    }
  }
}
