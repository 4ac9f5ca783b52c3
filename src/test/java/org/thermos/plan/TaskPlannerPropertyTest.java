package org.thermos.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Any life of any plan, step by step against a model that computes everything anew from the rules.
 */
class TaskPlannerPropertyTest {
  @Property(tries = 500)
  void agreesWithTheRulesReadAnew(@ForAll long seed, @ForAll @IntRange(min = 0, max = 12) int size)
      throws Exception {
    Random random = new Random(seed);
    List<PlannedProcess> processes = processes(random, size);
    List<List<String>> orders = orders(random, processes);
    RunLimit limit =
        random.nextBoolean() ? RunLimit.unlimited() : new RunLimit(1 + random.nextInt(8));
    TaskPlanner plan = TaskPlanner.create(processes, orders, limit);
    Model model = new Model(processes, orders, limit);

    long now = -5;
    for (int step = 0; step < 60; step++) {
      model.assertSame(plan, Duration.ofSeconds(now));
      act(random, plan, model, now);
      now += random.nextInt(3);
    }
  }

  private static void act(Random random, TaskPlanner plan, Model model, long now) {
    List<String> running = new ArrayList<>(model.running);
    List<String> runnable = model.runnable();
    if (!running.isEmpty() && (runnable.isEmpty() || random.nextBoolean())) {
      String name = running.get(random.nextInt(running.size()));
      long end = now - random.nextInt(2);
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> {
          plan.addSuccess(name, Duration.ofSeconds(end));
          model.end(name, end, 's');
        }
        case 3, 4, 5 -> {
          plan.addFailure(name, Duration.ofSeconds(end));
          model.end(name, end, 'f');
        }
        case 6 -> {
          plan.addLost(name, Duration.ofSeconds(end));
          model.end(name, end, 'l');
        }
        default -> {
          plan.setFailed(name);
          model.settle(name, model.failed);
        }
      }
    } else if (!runnable.isEmpty()) {
      String name = runnable.get(random.nextInt(runnable.size()));
      plan.setRunning(name);
      model.running.add(name);
    }
  }

  private static List<PlannedProcess> processes(Random random, int size) {
    List<PlannedProcess> processes = new ArrayList<>();
    for (int p = 0; p < size; p++) {
      processes.add(
          new PlannedProcess(
              "p" + p,
              random.nextInt(4) == 0,
              random.nextInt(4) == 0,
              random.nextInt(4) - 1,
              Duration.ofSeconds(random.nextInt(4))));
    }
    return processes;
  }

  /** Pairs that the rules allow, in one direction so that there is no cycle. */
  private static List<List<String>> orders(Random random, List<PlannedProcess> processes) {
    List<List<String>> orders = new ArrayList<>();
    for (int after = 0; after < processes.size(); after++) {
      for (int before = after + 1; before < processes.size(); before++) {
        boolean allowed =
            !processes.get(before).daemon()
                && (!processes.get(before).ephemeral() || processes.get(after).ephemeral());
        if (allowed && random.nextInt(4) == 0) {
          orders.add(List.of(processes.get(before).name(), processes.get(after).name()));
        }
      }
    }
    return orders;
  }

  private static final class Model {
    private final List<PlannedProcess> processes;
    private final List<List<String>> orders;
    private final RunLimit limit;
    private final Set<String> running = new LinkedHashSet<>();
    private final Set<String> finished = new HashSet<>();
    private final Set<String> failed = new HashSet<>();
    private final Map<String, Integer> runs = new HashMap<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private final Map<String, Long> ends = new HashMap<>();

    Model(List<PlannedProcess> processes, List<List<String>> orders, RunLimit limit) {
      this.processes = processes;
      this.orders = orders;
      this.limit = limit;
    }

    List<String> runnable() {
      List<String> runnable = new ArrayList<>();
      for (PlannedProcess process : processes) {
        String name = process.name();
        boolean free =
            orders.stream()
                .filter(order -> order.get(1).equals(name))
                .allMatch(order -> finished.contains(order.get(0)));
        if (free && !running.contains(name) && !finished.contains(name) && !failed.contains(name)) {
          runnable.add(name);
        }
      }
      return runnable;
    }

    long due(String name) {
      PlannedProcess process =
          processes.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
      return ends.containsKey(name)
          ? ends.get(name) + process.minDuration().toSeconds()
          : Long.MIN_VALUE;
    }

    void end(String name, long at, char outcome) {
      PlannedProcess process =
          processes.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
      ends.put(name, at);
      runs.merge(name, 1, Integer::sum);
      if (outcome == 'f') {
        failures.merge(name, 1, Integer::sum);
      }
      if (runs.get(name) >= limit.runs()) {
        settle(name, failed);
      } else if (outcome == 'l'
          || (outcome == 's' && process.daemon())
          || (outcome == 'f'
              && (process.maxFailures() == 0 || failures.get(name) < process.maxFailures()))) {
        running.remove(name);
      } else {
        settle(name, outcome == 's' || process.ephemeral() ? finished : failed);
      }
    }

    void settle(String name, Set<String> where) {
      running.remove(name);
      where.add(name);
    }

    void assertSame(TaskPlanner plan, Duration now) {
      long t = now.toSeconds();
      List<String> ready = runnable().stream().filter(name -> due(name) <= t).toList();
      List<String> waiting = runnable().stream().filter(name -> due(name) > t).toList();
      assertThat(plan.runnableAt(now)).isEqualTo(ready);
      assertThat(plan.waitingAt(now)).containsExactlyInAnyOrderElementsOf(waiting);
      assertThat(plan.nextDue(now))
          .isEqualTo(
              ready.isEmpty()
                  ? waiting.stream().map(this::due).min(Long::compare).map(Duration::ofSeconds)
                  : Optional.of(now));
      assertThat(plan.running()).containsExactlyInAnyOrderElementsOf(running);
      assertThat(plan.finished()).containsExactlyInAnyOrderElementsOf(finished);
      assertThat(plan.failed()).containsExactlyInAnyOrderElementsOf(failed);
      assertThat(plan.isComplete())
          .isEqualTo(
              processes.stream()
                  .allMatch(
                      process ->
                          process.ephemeral()
                              || finished.contains(process.name())
                              || failed.contains(process.name())));
    }
  }
}
