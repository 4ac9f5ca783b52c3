package org.thermos;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.thermos.executor.ExecutorSimulation;
import org.thermos.runner.TaskSimulation;
import org.thermos.runner.Violation;

/**
 * Lives random tasks in simulated worlds on all processors: each seed stands for one life of each
 * kind, and always for the same ones.
 */
public final class Soak {
  /** A life that is drawn from a seed. */
  private interface Life {
    void live(long seed, boolean traced);
  }

  /** What went wrong in one life. */
  record Failure(long seed, String kind, Throwable cause) {
    String invariant() {
      return cause instanceof Violation violation
          ? violation.invariant()
          : "no program finds itself at fault";
    }

    /** How to see it again. */
    String command() {
      return "scripts/soak --kind " + kind + " --replay " + seed;
    }
  }

  private static final Map<String, Life> KINDS = new LinkedHashMap<>();

  static {
    KINDS.put("calm", TaskSimulation::calm);
    KINDS.put("crashes", TaskSimulation::crashes);
    KINDS.put("stops", TaskSimulation::stops);
    KINDS.put("executor", ExecutorSimulation::live);
  }

  private Soak() {}

  static List<String> kinds() {
    return List.copyOf(KINDS.keySet());
  }

  /** Lives as many seeds as a test has time for; a single one, with a trace, on demand. */
  public static void test(String kind) {
    long only = Long.getLong("thermos.seed", -1);
    if (only >= 0) {
      KINDS.get(kind).live(only, true);
      return;
    }
    live(List.of(kind), 0, Long.getLong("thermos.seeds", 20_000))
        .ifPresent(
            failure -> {
              throw new AssertionError(
                  "seed "
                      + failure.seed
                      + ": "
                      + failure.cause.getMessage()
                      + "; to see it: "
                      + failure.command(),
                  failure.cause);
            });
  }

  /** Lives one seed and prints all that happens. */
  static Optional<Failure> replay(String kind, long seed) {
    return failureOf(kind, seed, true);
  }

  /** Lives seeds from the given one on, until one fails: then that with the smallest number. */
  static Optional<Failure> live(List<String> kinds, long from, long count) {
    AtomicLong next = new AtomicLong(from);
    ConcurrentSkipListMap<Long, Failure> failures = new ConcurrentSkipListMap<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      Thread thread =
          new Thread(
              () -> {
                long seed;
                while (failures.isEmpty() && (seed = next.getAndIncrement()) < from + count) {
                  for (String kind : kinds) {
                    failureOf(kind, seed, false)
                        .ifPresent(failure -> failures.putIfAbsent(failure.seed, failure));
                  }
                }
              },
              "soak-" + i);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return failures.values().stream().findFirst();
  }

  private static Optional<Failure> failureOf(String kind, long seed, boolean traced) {
    try {
      KINDS.get(kind).live(seed, traced);
      return Optional.empty();
    } catch (AssertionError | RuntimeException e) {
      return Optional.of(new Failure(seed, kind, e));
    }
  }
}
