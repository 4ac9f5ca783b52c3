package org.thermos.executor;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.thermos.executor.ExecutorEvent.KillRequested;
import org.thermos.executor.ExecutorEvent.KillingUpdates;
import org.thermos.runner.Chaos;
import org.thermos.runner.Scenario;
import org.thermos.runner.SimulatedTime;
import org.thermos.runner.SimulatedWorld;

/** The life of an executor with a random task, while everything goes wrong below and above it. */
public final class ExecutorSimulation {
  private static final long SECOND = 1_000_000;

  /** By then whatever could not be killed at once is dead. */
  private static final long AFTERWARDS = 10 * SECOND;

  private final Random random;
  private final SimulatedTime time;
  private final SimulatedWorld world;
  private final SimulatedExecutor executor;

  private ExecutorSimulation(long seed, boolean traced) {
    this.random = new Random(seed);
    this.time = new SimulatedTime(traced);
    this.world = new SimulatedWorld(seed, Scenario.random(seed), Chaos.underExecutor(random), time);
    this.executor = new SimulatedExecutor(time, world, random);
  }

  public static void live(long seed, boolean traced) {
    new ExecutorSimulation(seed, traced).run();
  }

  private void run() {
    executor.start();
    KillingUpdates killing = random.nextBoolean() ? KillingUpdates.WANTED : KillingUpdates.UNKNOWN;
    executor.in(0, new ExecutorEvent.Registered(killing));
    if (random.nextInt(50) > 0) { // Else no task ever comes.
      executor.in(random.nextLong(SECOND), launch(Tasks.ID));
      executor.in(SECOND + random.nextLong(30 * SECOND), launch("task-2"));
    }
    int times = random.nextInt(4);
    for (int i = 0; i < times; i++) {
      executor.in(Chaos.sometime(random) + random.nextLong(2 * SECOND), anything());
    }
    executor.in(600 * SECOND, new ExecutorEvent.ShutdownRequested(Duration.ofSeconds(5)));
    while (!executor.invariants().hasStopped()) {
      time.step();
    }
    long end = time.micros() + AFTERWARDS;
    while (time.step(end)) {
      // What is dying dies.
    }
    executor.invariants().checkAfterwards();
  }

  private static ExecutorEvent launch(String task) {
    return new ExecutorEvent.LaunchRequested(Tasks.launch(task));
  }

  private ExecutorEvent anything() {
    Duration grace = Duration.ofMillis(random.nextInt(30_000));
    List<Supplier<ExecutorEvent>> events =
        List.of(
            () -> new KillRequested(Tasks.ID, Optional.empty()),
            () -> new KillRequested(Tasks.ID, Optional.of(grace)),
            () -> new KillRequested("task-2", Optional.empty()),
            () -> new ExecutorEvent.ShutdownRequested(Duration.ofSeconds(5)),
            () -> new ExecutorEvent.AgentLost("the agent is gone"),
            () -> new ExecutorEvent.Faulted("a fault"));
    return events.get(random.nextInt(events.size())).get();
  }
}
