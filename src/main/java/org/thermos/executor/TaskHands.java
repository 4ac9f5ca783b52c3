package org.thermos.executor;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.apache.mesos.Protos.TaskStatus.Reason;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskFiles;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.executor.SupervisionEffect.ForceKill;
import org.thermos.executor.SupervisionEffect.PostLifecycle;
import org.thermos.executor.SupervisionEffect.Prepare;
import org.thermos.executor.SupervisionEffect.SignalRunner;
import org.thermos.executor.SupervisionEffect.StartCheckers;
import org.thermos.executor.SupervisionEffect.StartRunner;
import org.thermos.executor.SupervisionEffect.StopCheckers;
import org.thermos.executor.SupervisionEvent.CheckerReported;
import org.thermos.executor.SupervisionEvent.CheckersStopped;
import org.thermos.executor.SupervisionEvent.Forced;
import org.thermos.executor.SupervisionEvent.LifecycleAnswered;
import org.thermos.executor.SupervisionEvent.NotPrepared;
import org.thermos.executor.SupervisionEvent.OutOfMemory;
import org.thermos.executor.SupervisionEvent.Recorded;
import org.thermos.executor.SupervisionEvent.RunnerExit;
import org.thermos.executor.SupervisionEvent.RunnerExited;
import org.thermos.executor.SupervisionEvent.RunnerNotStarted;
import org.thermos.log.Log;
import org.thermos.process.Broker;
import org.thermos.process.BrokerEvent;
import org.thermos.process.BrokerEvent.Changed;
import org.thermos.process.BrokerEvent.Exited;
import org.thermos.process.ExitStatus;
import org.thermos.process.NativeException;
import org.thermos.process.Signal;
import org.thermos.resources.OutOfMemoryWatch;

/**
 * Carries a {@link TaskSupervision}'s decisions out into the world. The loop's thread only; what
 * takes long is done elsewhere and posted when it is done.
 */
final class TaskHands {
  /** A shell exits with this and the signal's number when a signal has ended its child. */
  private static final int SHELL_SIGNAL_BASE = 128;

  private final Broker broker;
  private final TaskPlace place;
  private final TaskPreparation preparation;
  private final RunnerProcess runner;
  private final Checkers checkers;
  private final OutOfMemoryWatch outOfMemory;
  private final TaskUsage usage;
  private final Map<String, String> environment;
  private final Executor background;
  private final Consumer<SupervisionEvent> events;
  private final Log log;
  private Optional<Future<?>> preparing = Optional.empty();
  private Optional<CheckpointFollower> checkpoint = Optional.empty();

  /**
   * @param environment that of the runner
   * @param background takes what may take long
   * @param events takes what becomes of the task, on any thread
   */
  TaskHands(
      Broker broker,
      TaskPlace place,
      TaskPreparation preparation,
      RunnerProcess runner,
      Checkers checkers,
      OutOfMemoryWatch outOfMemory,
      TaskUsage usage,
      Map<String, String> environment,
      Executor background,
      Consumer<SupervisionEvent> events,
      Log log) {
    this.broker = broker;
    this.place = place;
    this.preparation = preparation;
    this.runner = runner;
    this.checkers = checkers;
    this.outOfMemory = outOfMemory;
    this.usage = usage;
    this.environment = environment;
    this.background = background;
    this.events = events;
    this.log = log;
  }

  /**
   * Performs one effect, and returns its answer if it has one at once.
   *
   * @throws IOException if the broker is gone. What else goes wrong, be it that no thread can be
   *     started, is this task's affair and no other's
   */
  List<SupervisionEvent> perform(SupervisionEffect effect) throws IOException {
    try {
      return carryOut(effect);
    } catch (NativeException | RuntimeException | Error e) {
      if (effect instanceof ForceKill) {
        throw e; // There is nothing left to try.
      }
      log.error("Failed at " + effect.getClass().getSimpleName() + ": " + Causes.trace(e));
      return failed(effect, "Internal error: " + Causes.text(e));
    }
  }

  /** The answer that lets the task end, or the next step of its end follow. */
  private static List<SupervisionEvent> failed(SupervisionEffect effect, String why) {
    if (effect instanceof Prepare) {
      return List.of(
          new NotPrepared(StatusResult.failed(why).because(Reason.REASON_CONTAINER_LAUNCH_FAILED)));
    }
    if (effect instanceof StartRunner) {
      return List.of(new RunnerNotStarted(why));
    }
    if (effect instanceof StartCheckers) {
      return List.of(new CheckerReported(Checker.HEALTH, StatusResult.failed(why)));
    }
    if (effect instanceof StopCheckers) {
      return List.of(new CheckersStopped());
    }
    if (effect instanceof PostLifecycle) {
      return List.of(new LifecycleAnswered(false));
    }
    return List.of(); // A signal that could not be sent is followed by harder ones.
  }

  private List<SupervisionEvent> carryOut(SupervisionEffect effect) throws IOException {
    if (effect instanceof Prepare prepare) {
      prepare(prepare.launch());
    } else if (effect instanceof StartRunner start) {
      return startRunner(start);
    } else if (effect instanceof SignalRunner signal) {
      runner.signal(signal.signal());
    } else if (effect instanceof ForceKill) {
      return forceKill();
    } else if (effect instanceof StartCheckers start) {
      checkers.start(start.task());
    } else if (effect instanceof StopCheckers) {
      checkers.stop();
    } else if (effect instanceof PostLifecycle post) {
      checkers.post(post);
    } else {
      throw new IllegalArgumentException("unknown effect: " + effect);
    }
    return List.of();
  }

  private void prepare(Launch launch) {
    FutureTask<?> task = new FutureTask<>(() -> events.accept(preparation.prepare(launch)), null);
    preparing = Optional.of(task);
    background.execute(task);
  }

  /** So much was measured. */
  void usesDisk(long bytes) {
    usage.disk(bytes);
  }

  /** What an event of the broker tells of this task. */
  List<SupervisionEvent> take(BrokerEvent event) {
    if (event instanceof Changed changed) {
      return mayBeCheckpoint(changed) ? readCheckpoint() : List.of();
    }
    return event instanceof Exited exited && runner.hasEnded(exited.pid())
        ? runnerEnded(exited.status())
        : List.of();
  }

  private boolean mayBeCheckpoint(Changed changed) {
    if (checkpoint.isEmpty()) {
      return false;
    }
    TaskPaths paths = checkpoint.get().paths();
    return changed.name().isEmpty()
        ? changed.directory().equals(paths.checkpoints())
        : changed.directory().resolve(changed.name()).equals(paths.runnerCheckpoint());
  }

  private List<SupervisionEvent> readCheckpoint() {
    List<SupervisionEvent> events = new ArrayList<>();
    if (checkpoint.isPresent()) {
      for (Recorded recorded : checkpoint.get().readNew()) {
        events.add(recorded);
        if (recorded.record() instanceof ProcessStatus status) {
          usage.recorded(status);
          if (mayBeOutOfMemory(status)) {
            outOfMemory
                .explain(status.process(), recorded.run())
                .ifPresent(
                    sentence -> {
                      log.info(sentence); // The process may be started again, and the task go on.
                      events.add(new OutOfMemory(sentence));
                    });
          }
        }
      }
    }
    return events;
  }

  /** Killed itself, or a shell that tells of a child that was. */
  private static boolean mayBeOutOfMemory(ProcessStatus status) {
    int code = status.returnCode().orElse(0);
    return code == -Signal.KILL.number() || code == SHELL_SIGNAL_BASE + Signal.KILL.number();
  }

  /** First all that it wrote. */
  private List<SupervisionEvent> runnerEnded(ExitStatus status) {
    List<SupervisionEvent> events = readCheckpoint();
    checkpoint.ifPresent(this::finishTaskFile);
    Optional<String> cause = FailureNote.read(place.sandbox());
    if (status.signal().equals(OptionalInt.of(Signal.KILL.number()))) {
      cause = outOfMemory.explainRunner().or(() -> FailureNote.read(place.sandbox()));
    }
    RunnerExit ended = new RunnerExit(status, cause);
    log.info("The runner " + RunnerVerdict.describe(ended));
    events.add(new RunnerExited(ended));
    return events;
  }

  /** A runner may die between the last record and what follows from it. */
  private void finishTaskFile(CheckpointFollower follower) {
    TaskFiles files = new TaskFiles(follower.paths(), Clock.systemUTC());
    if (!follower.history().state().isTerminal() || !files.isActive()) {
      return;
    }
    try {
      files.finish();
    } catch (IOException e) {
      log.error("Cannot move the task file of a task that is over: " + Causes.text(e));
    }
  }

  private List<SupervisionEvent> startRunner(StartRunner start) {
    PreparedTask task = start.task();
    try {
      if (checkpoint.isEmpty()) {
        TaskPaths paths = task.paths();
        broker.watchDirectory(paths.checkpoints());
        checkpoint = Optional.of(new CheckpointFollower(paths, log));
      }
      runner.start(
          RunnerCommand.toEnd(task.runnerCommand(), start.stop()),
          task.launch().content().environment().onBoard(environment));
      return List.of();
    } catch (IOException e) {
      return List.of(new RunnerNotStarted(Causes.text(e)));
    }
  }

  private List<SupervisionEvent> forceKill() throws IOException {
    List<SupervisionEvent> events = new ArrayList<>(readCheckpoint());
    events.add(new Forced(runner.killAll(checkpoint)));
    return events;
  }

  /** Nothing more will be asked of these hands, nor told to them. */
  void end() throws IOException {
    preparing.ifPresent(task -> task.cancel(true)); // It may fetch files for minutes.
    usage.end();
    if (checkpoint.isPresent()) {
      broker.forgetDirectory(checkpoint.get().paths().checkpoints());
    }
  }

  /** Ends everything when nobody is left who decides, through another broker. */
  void abandon(Broker other) {
    try {
      checkers.stop();
    } catch (RuntimeException | Error e) {
      log.error("Cannot stop the checkers: " + Causes.trace(e));
    }
    try {
      List<Integer> survivors = runner.killAll(checkpoint, other);
      log.info("Killed the runner and all that it started, but for " + survivors);
    } catch (IOException | RuntimeException | Error e) {
      log.error("Cannot kill the runner: " + Causes.trace(e));
    }
  }
}
