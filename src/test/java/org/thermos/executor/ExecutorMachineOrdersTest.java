package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskState;
import org.thermos.executor.ExecutorEffect.SendUpdate;
import org.thermos.executor.ExecutorEvent.Faulted;
import org.thermos.executor.ExecutorEvent.KillRequested;
import org.thermos.executor.ExecutorEvent.KillingUpdates;
import org.thermos.executor.ExecutorEvent.LaunchRefused;
import org.thermos.executor.ExecutorEvent.LaunchRequested;
import org.thermos.executor.ExecutorEvent.Registered;
import org.thermos.executor.SupervisionEffect.ForceKill;
import org.thermos.executor.SupervisionEffect.StartRunner;
import org.thermos.executor.SupervisionEvent.CheckerReported;
import org.thermos.executor.SupervisionEvent.Forced;
import org.thermos.executor.SupervisionEvent.NotPrepared;
import org.thermos.executor.SupervisionEvent.RunnerNotStarted;

/** What holds in whatever order things happen, also in orders in which they cannot. */
class ExecutorMachineOrdersTest {
  private static final int SEEDS = 5_000;
  private static final int STEPS = 40;
  private static final List<TaskState> STATES = List.of(TaskState.values());
  private static final List<String> TASKS = List.of(Tasks.ID, "task-2");

  @ParameterizedTest
  @EnumSource(Relay.class)
  void updatesAreInOrderAndEverythingEnds(Relay relay) {
    for (int seed = 0; seed < SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      MachineBench bench =
          new MachineBench(relay, random.nextBoolean() ? Duration.ZERO : Duration.ofSeconds(5));
      begin(bench, random.nextInt(5));
      int steps = random.nextInt(STEPS);
      for (int i = 0; i < steps; i++) {
        anything(bench, random);
      }
      end(bench);
      for (String task : TASKS) {
        check(bench, task, seed);
      }
      assertThat(bench.all(ExecutorEffect.StopDriver.class)).as("seed %d", seed).hasSize(1);
    }
  }

  /** Some of the usual first steps, so that the later ones are not rare. */
  private static void begin(MachineBench bench, int steps) {
    if (steps > 0) {
      bench.launch();
    }
    if (steps > 1) {
      bench.prepared();
    }
    if (steps > 2) {
      bench.recorded(TaskState.ACTIVE);
    }
    if (steps > 3) {
      bench.exited(101);
    }
  }

  /** One event, more often than not one that can happen now. */
  private static void anything(MachineBench bench, SplittableRandom random) {
    if (random.nextInt(4) == 0 && bench.wakeAt.isPresent()) {
      bench.sleep();
      return;
    }
    bench.now = bench.now.plusMillis(random.nextInt(2_000));
    List<Supplier<ExecutorEvent>> events = new ArrayList<>();
    String task = TASKS.get(random.nextInt(8) == 0 ? 1 : 0);
    events.add(() -> new Registered(KillingUpdates.WANTED));
    events.add(() -> new LaunchRequested(Tasks.launch(task)));
    events.add(() -> new LaunchRequested(Tasks.launch(task)));
    events.add(() -> new LaunchRefused("task-2", "unreadable"));
    events.add(() -> ofTask(new SupervisionEvent.Prepared(Tasks.preparedForHttp())));
    events.add(() -> ofTask(new SupervisionEvent.Prepared(Tasks.prepared())));
    events.add(() -> ofTask(new NotPrepared(StatusResult.failed("why"))));
    events.add(() -> ofTask(new RunnerNotStarted("why")));
    events.add(() -> ofTask(new Forced(random.nextBoolean() ? List.of() : List.of(7))));
    events.add(() -> new KillRequested(task, Optional.empty()));
    events.add(() -> new KillRequested(task, Optional.of(Duration.ofMillis(random.nextInt(9999)))));
    events.add(() -> new Faulted("why"));
    events.add(() -> new ExecutorEvent.AgentLost("why"));
    events.add(() -> ofTask(MachineBench.healthy()));
    events.add(() -> ofTask(new SupervisionEvent.CheckersStopped()));
    events.add(() -> ofTask(new SupervisionEvent.LifecycleAnswered(random.nextBoolean())));
    events.add(
        () -> ofTask(new CheckerReported(Checker.RESOURCES, StatusResult.failed("too big"))));
    switch (random.nextInt(4)) {
      case 0 -> bench.recorded(STATES.get(random.nextInt(STATES.size())));
      case 1 -> bench.recorded(process(random), random.nextInt(3));
      case 2 -> exit(bench, random);
      default -> bench.handle(events.get(random.nextInt(events.size())).get());
    }
  }

  private static ExecutorEvent ofTask(SupervisionEvent event) {
    return new ExecutorEvent.OfTask(Tasks.ID, event);
  }

  private static void exit(MachineBench bench, SplittableRandom random) {
    int[] codes = {0, 2, 101, 102, 103, 104, 105};
    if (random.nextBoolean()) {
      bench.killed(9);
    } else {
      bench.exited(codes[random.nextInt(codes.length)]);
    }
  }

  private static ProcessStatus process(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> ProcessStatus.waiting(0, "p");
      case 1 -> ProcessStatus.forked(1, "p", 9, Instant.EPOCH);
      case 2 -> ProcessStatus.running(2, "p", 10, Instant.EPOCH);
      default -> ProcessStatus.ended(3, "p", ProcessState.FAILED, Instant.EPOCH, 1);
    };
  }

  /** A shutdown in a world where nothing ever answers but the hands themselves. */
  private static void end(MachineBench bench) {
    long forced = bench.all(ForceKill.class).size();
    if (forced > 0) {
      bench.handle(new Forced(List.of()));
    }
    bench.shutdown();
    Duration asked = bench.now;
    for (int i = 0; bench.exit().isEmpty(); i++) {
      assertThat(i).as("wakes without an end").isLessThan(100);
      if (bench.all(ForceKill.class).size() > forced) {
        forced++;
        bench.handle(new Forced(List.of()));
      } else {
        bench.sleep();
      }
    }
    assertThat(bench.now.minus(asked))
        .isLessThanOrEqualTo(MachineBench.GRACE.plusSeconds(5)); // the driver's moment
  }

  private static void check(MachineBench bench, String task, int seed) {
    boolean started = false;
    boolean over = false;
    boolean runnerStarted = false;
    UpdateState last = UpdateState.STARTING;
    for (ExecutorEffect effect : bench.effects) {
      if (effect instanceof ExecutorEffect.OfTask ofTask
          && ofTask.effect() instanceof StartRunner) {
        runnerStarted = true;
        assertThat(over && task.equals(Tasks.ID) && !isSecond(bench, task)).isFalse();
      }
      if (!(effect instanceof SendUpdate send) || !send.update().taskId().equals(task)) {
        continue;
      }
      TaskUpdate update = send.update();
      UpdateState state = update.status().state();
      assertThat(over).as("seed %d: %s after the end of %s", seed, update, task).isFalse();
      started |= state == UpdateState.STARTING;
      over = state.isTerminal();
      assertThat(started || over).as("seed %d: %s before STARTING", seed, update).isTrue();
      assertThat(state).as("seed %d: %s goes back", seed, update).isGreaterThanOrEqualTo(last);
      assertThat(state != UpdateState.RUNNING || runnerStarted).as("seed %d", seed).isTrue();
      last = state;
    }
    assertThat(over).as("seed %d: an end of %s", seed, task).isEqualTo(over || started);
  }

  private static boolean isSecond(MachineBench bench, String task) {
    return bench.updates(task).stream().noneMatch("STARTING"::equals);
  }
}
