package org.thermos.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.thermos.checkpoint.TaskState;

/**
 * How much goes wrong in a simulated world, and who wants its task to end.
 *
 * @param crashPercent how often the runner is killed between two of its steps, in percent
 * @param runnerKills how often it is killed at any time
 * @param freezes how often it is stopped for up to minutes
 * @param coordinatorKills how many coordinators are killed
 * @param powerCuts how often the host loses power
 * @param clockSteps how often the wall clock is set, by up to a day
 * @param diskTroubles how often nothing can be written for a while
 * @param launchTroubles how many processes cannot be started
 */
public record Chaos(
    int crashPercent,
    int runnerKills,
    int freezes,
    int coordinatorKills,
    int powerCuts,
    int clockSteps,
    int diskTroubles,
    int launchTroubles,
    List<Stop> stops) {

  /** Somebody asks for the end of the task. */
  public record Stop(Duration at, TaskState outcome, Duration budget) {}

  public static final Chaos NONE = new Chaos(0, 0, 0, 0, 0, 0, 0, 0, List.of());

  /** Whatever must not change how a task ends. */
  public static Chaos crashes(Random random) {
    return new Chaos(
        random.nextInt(4) == 0 ? 0 : random.nextInt(1, 20),
        few(random),
        few(random),
        few(random),
        few(random),
        few(random),
        few(random),
        0,
        List.of());
  }

  /** Whatever can go wrong at all, while the task is stopped, more than once maybe. */
  public static Chaos everything(Random random) {
    Chaos crashes = random.nextInt(4) == 0 ? NONE : crashes(random);
    List<Stop> stops = new ArrayList<>();
    for (int i = 1 + few(random); i > 0; i--) {
      stops.add(stop(random));
    }
    return new Chaos(
        crashes.crashPercent,
        crashes.runnerKills,
        crashes.freezes,
        crashes.coordinatorKills,
        crashes.powerCuts,
        crashes.clockSteps,
        crashes.diskTroubles,
        few(random),
        stops);
  }

  /** What can go wrong while the executor lives, who asks for the end himself. */
  public static Chaos underExecutor(Random random) {
    Chaos crashes = random.nextInt(4) == 0 ? NONE : crashes(random);
    return new Chaos(
        random.nextInt(3) == 0 ? crashes.crashPercent : crashes.crashPercent / 8,
        crashes.runnerKills,
        crashes.freezes,
        crashes.coordinatorKills,
        0,
        crashes.clockSteps,
        crashes.diskTroubles,
        few(random),
        List.of());
  }

  /** Nothing goes wrong, but the task is stopped after a while. */
  public static Chaos stopped() {
    return new Chaos(
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        List.of(new Stop(Duration.ofSeconds(20), TaskState.KILLED, Duration.ofSeconds(60))));
  }

  private static Stop stop(Random random) {
    boolean lost = random.nextInt(3) == 0;
    boolean atOnce = random.nextInt(lost ? 2 : 4) == 0;
    return new Stop(
        Duration.ofNanos(1000 * sometime(random)),
        lost ? TaskState.LOST : TaskState.KILLED,
        atOnce ? Duration.ZERO : Duration.ofMillis(random.nextInt(60_000)));
  }

  private static int few(Random random) {
    return Math.max(0, random.nextInt(7) - 3);
  }

  /** A moment of a task's life, in microseconds: as likely among the first few as later. */
  public static long sometime(Random random) {
    long range = random.nextInt(3) == 0 ? 50_000 : random.nextInt(2) == 0 ? 2_000_000 : 20_000_000;
    return random.nextLong(range);
  }
}
