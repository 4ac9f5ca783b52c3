package org.thermos.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.thermos.config.Constraint;
import org.thermos.config.ProcessConfig;
import org.thermos.config.Task;
import org.thermos.runner.SimulatedCoordinator.Manners;
import org.thermos.runner.SimulatedCoordinator.Script;

/** A task, and what each run of each of its processes does; all from one seed. */
public record Scenario(Task task, long seed) {
  private static final List<Manners> MANNERS = List.of(Manners.values());

  public static Scenario random(long seed) {
    Random random = new Random(seed);
    int count = 1 + random.nextInt(6);
    List<ProcessConfig> processes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean ephemeral = random.nextInt(5) == 0;
      processes.add(
          new ProcessConfig(
              "p" + i,
              "unused",
              random.nextInt(4),
              random.nextInt(8) == 0,
              ephemeral,
              Duration.ofSeconds(random.nextInt(4)),
              random.nextInt(4) == 0,
              Optional.empty()));
    }
    return new Scenario(
        new Task(
            "simulated",
            processes,
            constraints(processes, random),
            Optional.empty(),
            random.nextInt(3),
            random.nextInt(3),
            Duration.ofSeconds(1 + random.nextInt(random.nextBoolean() ? 4 : 30))),
        seed);
  }

  /** Orders between neighbours that the rules allow: same plan, not after daemons. */
  private static List<Constraint> constraints(List<ProcessConfig> processes, Random random) {
    List<Constraint> constraints = new ArrayList<>();
    for (int i = 0; i < processes.size(); i++) {
      for (int j = i + 1; j < processes.size(); j++) {
        ProcessConfig a = processes.get(i);
        ProcessConfig b = processes.get(j);
        boolean allowed =
            a.isFinal() == b.isFinal() && !a.daemon() && (!a.ephemeral() || b.ephemeral());
        if (allowed && random.nextInt(3) == 0) {
          constraints.add(new Constraint(List.of(a.name(), b.name())));
        }
      }
    }
    return constraints;
  }

  ProcessConfig process(String name) {
    return task.processes().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  Set<String> predecessors(String name) {
    Set<String> predecessors = new HashSet<>();
    for (Constraint constraint : task.constraints()) {
      for (int i = 1; i < constraint.order().size(); i++) {
        if (constraint.order().get(i).equals(name)) {
          predecessors.add(constraint.order().get(i - 1));
        }
      }
    }
    return predecessors;
  }

  /** Whether the task would go on for ever if nobody stopped it. */
  public boolean endsByItself() {
    // An ephemeral process that goes on can hold the others up: by its place, or by hiding a
    // deadlock.
    boolean mayHang = task.maxConcurrency() == 0 && task.constraints().isEmpty();
    return task.processes().stream()
        .allMatch(
            process ->
                (mayHang && process.ephemeral())
                    || process.isFinal()
                    || (!process.daemon() && script(process.name(), 0).exitCode().isPresent()));
  }

  /**
   * @param earlierEnds how many runs of this process ended by themselves before
   */
  Script script(String process, int earlierEnds) {
    Random random = new Random(seed * 31 + (long) process.hashCode() * 7919);
    // Whether it hangs is the same for all its runs, so that it can be known beforehand.
    boolean hangs = random.nextInt(8) == 0;
    boolean isHasty = random.nextInt(4) == 0;
    random.setSeed(random.nextLong() + earlierEnds);
    Manners manners = MANNERS.get(random.nextInt(MANNERS.size()));
    long millis = random.nextLong(1, isHasty || random.nextBoolean() ? 50 : 8_000);
    boolean leavesDaemon = random.nextInt(3) == 0;
    long resistMillis = random.nextInt(6) == 0 ? random.nextInt(3_000) : 0;
    int kind = random.nextInt(10);
    // After a dozen ends by itself every process ends well, so that endless retries end.
    boolean isTired = earlierEnds > 12;
    int code = kind < 6 || isTired ? 0 : 1 + random.nextInt(3);
    return new Script(
        hangs ? Optional.empty() : Optional.of(code),
        kind == 9 && !isTired,
        millis,
        manners,
        leavesDaemon,
        resistMillis);
  }
}
