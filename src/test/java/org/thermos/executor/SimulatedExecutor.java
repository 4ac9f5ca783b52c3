package org.thermos.executor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import org.thermos.checkpoint.CheckpointDispatcher;
import org.thermos.checkpoint.CheckpointException;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.ReadResult;
import org.thermos.checkpoint.RecordReader;
import org.thermos.checkpoint.TaskHistory;
import org.thermos.checkpoint.TaskState;
import org.thermos.executor.SupervisionEvent.RunnerExit;
import org.thermos.process.ExitStatus;
import org.thermos.process.Signal;
import org.thermos.runner.ExitCode;
import org.thermos.runner.SimulatedTime;
import org.thermos.runner.SimulatedWorld;

/**
 * An executor in a simulated world: the real machine, with hands that start the simulated runner,
 * read what it really writes, and kill.
 */
final class SimulatedExecutor implements SimulatedWorld.Keeper {
  static final MachineSettings SETTINGS =
      new MachineSettings(
          Relay.PROCESS, 1, Duration.ofMinutes(2), Duration.ofSeconds(5), Duration.ofSeconds(5));

  private static final Duration KILL_WAIT = Duration.ofSeconds(60);
  private static final long SECOND = 1_000_000;

  private final SimulatedTime time;
  private final SimulatedWorld world;
  private final Random random;
  private final ExecutorMachine machine = new ExecutorMachine(SETTINGS);
  private final ExecutorInvariants invariants;
  private final Queue<ExecutorEvent> events = new ArrayDeque<>();
  private final CheckpointDispatcher dispatcher = new CheckpointDispatcher(new TaskHistory());
  private Optional<Duration> wakeAt = Optional.empty();
  private int timer;
  private long offset;
  private boolean isWatching;
  private boolean isBusy;

  /** Changes with each runner program; one that starts belongs to the present one only. */
  private int program;

  /** Whether a runner program was executed that does not listen yet. */
  private boolean isStarting;

  SimulatedExecutor(SimulatedTime time, SimulatedWorld world, Random random) {
    this.time = time;
    this.world = world;
    this.random = random;
    this.invariants = new ExecutorInvariants(time, world, dispatcher.history());
    world.keep(this);
  }

  ExecutorInvariants invariants() {
    return invariants;
  }

  void start() {
    carryOut(machine.start(now()));
    settle();
  }

  /** Has something happen to the executor after a while. */
  void in(long delayMicros, ExecutorEvent event) {
    time.in(delayMicros, () -> receive(event));
  }

  private Duration now() {
    return Duration.ofDays(1).plusNanos(time.micros() * 1000);
  }

  private void receive(ExecutorEvent event) {
    events.add(event);
    settle();
  }

  private void settle() {
    if (isBusy) {
      return;
    }
    isBusy = true;
    while (!events.isEmpty() && !invariants.hasStopped()) {
      ExecutorEvent event = events.remove();
      time.trace("executor", event);
      invariants.heard(event);
      carryOut(machine.handle(event, now()));
    }
    isBusy = false;
  }

  private void carryOut(Decision decision) {
    for (ExecutorEffect effect : decision.effects()) {
      time.trace("executor does", effect);
      invariants.check(effect);
      perform(effect);
    }
    if (!decision.wakeAt().equals(wakeAt)) {
      wakeAt = decision.wakeAt();
      int mine = ++timer;
      wakeAt.ifPresent(
          at ->
              time.in(
                  at.minus(now()).toNanos() / 1000 + 1 + random.nextInt(1_000),
                  () -> {
                    if (mine == timer) {
                      wakeAt = Optional.empty();
                      receive(new ExecutorEvent.TimerFired());
                    }
                  }));
    }
  }

  private void perform(ExecutorEffect effect) {
    if (effect instanceof ExecutorEffect.OfTask ofTask) {
      perform(ofTask.effect());
    }
  }

  private void perform(SupervisionEffect effect) {
    if (effect instanceof SupervisionEffect.Prepare) {
      prepare();
    } else if (effect instanceof SupervisionEffect.StartRunner start) {
      startRunner(start.stop());
    } else if (effect instanceof SupervisionEffect.SignalRunner signal) {
      signalRunner(signal.signal());
    } else if (effect instanceof SupervisionEffect.ForceKill) {
      forceKill();
    } else if (effect instanceof SupervisionEffect.StartCheckers) {
      tell(MachineBench.healthy());
      if (random.nextInt(10) == 0) {
        later(
            random.nextLong(30 * SECOND),
            new SupervisionEvent.CheckerReported(
                Checker.RESOURCES, StatusResult.failed("too big")));
      }
    } else if (effect instanceof SupervisionEffect.StopCheckers) {
      answer(new SupervisionEvent.CheckersStopped());
    } else if (effect instanceof SupervisionEffect.PostLifecycle) {
      answer(new SupervisionEvent.LifecycleAnswered(random.nextBoolean()));
    }
  }

  /** By somebody who may take long, or say nothing at all. */
  private void answer(SupervisionEvent event) {
    int luck = random.nextInt(10);
    if (luck > 0) {
      later(random.nextLong(luck == 1 ? 20 * SECOND : SECOND / 10), event);
    }
  }

  private void tell(SupervisionEvent event) {
    events.add(ofTask(event));
  }

  private void later(long delayMicros, SupervisionEvent event) {
    in(delayMicros, ofTask(event));
  }

  private static ExecutorEvent ofTask(SupervisionEvent event) {
    return new ExecutorEvent.OfTask(Tasks.ID, event);
  }

  private void prepare() {
    int luck = random.nextInt(50);
    if (luck == 0) {
      later(
          random.nextLong(SECOND),
          new SupervisionEvent.NotPrepared(StatusResult.failed("no room")));
    } else if (luck > 1) { // Else it takes for ever.
      later(random.nextLong(SECOND), new SupervisionEvent.Prepared(prepared()));
    }
  }

  private PreparedTask prepared() {
    return random.nextInt(3) == 0 ? Tasks.preparedForHttp() : Tasks.prepared();
  }

  // --- the runner -------------------------------------------------------------------------------

  private void startRunner(Optional<TaskState> stop) {
    isWatching = true;
    int luck = random.nextInt(60);
    if (luck == 0) {
      tell(new SupervisionEvent.RunnerNotStarted("no such file"));
      return;
    }
    isStarting = true;
    int mine = ++program;
    if (luck == 1) {
      return; // It hangs before it is there.
    }
    time.in(
        50_000 + random.nextInt(luck == 2 ? 30_000_000 : 100_000),
        () -> {
          if (mine == program && isStarting) {
            isStarting = false;
            if (luck == 3) {
              runnerEnded(new ExitStatus(ExitCode.INTERNAL_ERROR.code() << 8));
            } else {
              world.startRunner(stop);
            }
          }
        });
  }

  private void signalRunner(Signal signal) {
    if (isStarting) {
      isStarting = false;
      runnerEnded(new ExitStatus(signal.number())); // It does not listen yet.
    } else if (signal == Signal.USER_1) {
      world.stopTask(TaskState.KILLED, KILL_WAIT);
    } else {
      world.stopTask(TaskState.LOST, Duration.ZERO);
    }
  }

  private void forceKill() {
    events.addAll(readCheckpoint());
    if (isStarting) {
      isStarting = false;
      runnerEnded(new ExitStatus(Signal.KILL.number()));
    }
    List<Integer> survivors = world.killEverything();
    tell(new SupervisionEvent.Forced(survivors));
  }

  @Override
  public void runnerEnded(ExitStatus how) {
    time.in(
        random.nextInt(2_000),
        () -> {
          events.addAll(readCheckpoint());
          receive(ofTask(new SupervisionEvent.RunnerExited(new RunnerExit(how, Optional.empty()))));
        });
  }

  @Override
  public void streamChanged() {
    if (isWatching) {
      time.in(
          random.nextInt(1_000),
          () -> {
            events.addAll(readCheckpoint());
            settle();
          });
    }
  }

  /** As the real one does ({@link CheckpointFollower}). */
  private List<ExecutorEvent> readCheckpoint() {
    List<ExecutorEvent> fresh = new ArrayList<>();
    if (world.streamSize() < offset) {
      return fresh; // What was read has been taken back; it will be written again.
    }
    RecordReader reader = world.readStream(offset);
    try {
      ReadResult result = reader.next();
      while (result instanceof ReadResult.Intact intact) {
        if (isNews(intact.record())) {
          fresh.add(ofTask(new SupervisionEvent.Recorded(intact.record(), run(intact.record()))));
        }
        result = reader.next();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    offset = reader.offset();
    return fresh;
  }

  private boolean isNews(CheckpointRecord record) {
    try {
      return dispatcher.dispatch(record, CheckpointDispatcher.Mode.RECOVERY);
    } catch (CheckpointException e) {
      time.trace("executor", "ignores", record, e.getMessage());
      return false;
    }
  }

  private int run(CheckpointRecord record) {
    return record instanceof ProcessStatus status
        ? dispatcher.history().runs(status.process()).size() - 1
        : 0;
  }
}
