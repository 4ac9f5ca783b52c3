package org.thermos.runner;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskState;
import org.thermos.config.ProcessConfig;

/** The lives that one random task can lead in a simulated world. */
public final class TaskSimulation {

  private TaskSimulation() {}

  /** Nothing goes wrong. */
  public static void calm(long seed, boolean traced) {
    Scenario scenario = Scenario.random(seed);
    live(seed, scenario, scenario.endsByItself() ? Chaos.NONE : Chaos.stopped(), traced);
  }

  /** Everything crashes, and the task must end as if nothing had. */
  public static void crashes(long seed, boolean traced) {
    Scenario scenario = Scenario.random(seed);
    if (!scenario.endsByItself()) {
      return;
    }
    Invariants calm = live(seed, scenario, Chaos.NONE, false);
    Invariants crashed = live(seed, scenario, Chaos.crashes(new Random(seed)), traced);
    String invariant = "no crash changes how a task ends";
    Violation.unless(
        crashed.outcome() == calm.outcome(),
        invariant,
        crashed.outcome(),
        "instead of",
        calm.outcome());
    if (calm.outcome() == TaskState.SUCCESS) {
      Violation.unless(
          ends(scenario, crashed).equals(ends(scenario, calm)),
          invariant,
          ends(scenario, crashed),
          "instead of",
          ends(scenario, calm));
    }
  }

  /** The task is stopped while everything goes wrong. */
  public static void stops(long seed, boolean traced) {
    Random random = new Random(seed);
    live(seed, Scenario.random(seed), Chaos.everything(random), traced);
  }

  private static Invariants live(long seed, Scenario scenario, Chaos chaos, boolean traced) {
    SimulatedTime time = new SimulatedTime(traced);
    return new SimulatedWorld(seed, scenario, chaos, time).run();
  }

  /** How the runs ended that did so by themselves, of processes that the outcome depends on. */
  private static Map<String, List<Integer>> ends(Scenario scenario, Invariants life) {
    Map<String, List<Integer>> ends = new LinkedHashMap<>();
    for (ProcessConfig process : scenario.task().processes()) {
      if (!process.isFinal() && !process.ephemeral()) {
        List<Integer> codes = new ArrayList<>();
        for (ProcessStatus run : life.history().runs(process.name())) {
          run.returnCode().ifPresent(codes::add);
        }
        ends.put(process.name(), codes);
      }
    }
    return ends;
  }
}
