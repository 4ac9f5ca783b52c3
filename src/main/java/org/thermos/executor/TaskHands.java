package org.thermos.executor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.thermos.checkpoint.TaskFiles;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.executor.SupervisionEffect.ForceKill;
import org.thermos.executor.SupervisionEffect.PostLifecycle;
import org.thermos.executor.SupervisionEffect.Prepare;
import org.thermos.executor.SupervisionEffect.SignalRunner;
import org.thermos.executor.SupervisionEffect.StartCheckers;
import org.thermos.executor.SupervisionEffect.StartRunner;
import org.thermos.executor.SupervisionEffect.StopCheckers;
import org.thermos.executor.SupervisionEvent.Forced;
import org.thermos.executor.SupervisionEvent.RunnerExit;
import org.thermos.executor.SupervisionEvent.RunnerExited;
import org.thermos.executor.SupervisionEvent.RunnerNotStarted;
import org.thermos.log.Log;
import org.thermos.process.Broker;
import org.thermos.process.ExitStatus;

/**
 * Carries a {@link TaskSupervision}'s decisions out into the world. The loop's thread only; what
 * takes long is done elsewhere and posted when it is done.
 */
final class TaskHands {
  private final Broker broker;
  private final TaskPlace place;
  private final TaskPreparation preparation;
  private final RunnerProcess runner;
  private final Checkers checkers;
  private final Executor background;
  private final Consumer<SupervisionEvent> events;
  private final Log log;
  private Optional<CheckpointFollower> checkpoint = Optional.empty();

  /**
   * @param background takes what may take long
   * @param events takes what becomes of the task, on any thread
   */
  TaskHands(
      Broker broker,
      TaskPlace place,
      TaskPreparation preparation,
      RunnerProcess runner,
      Checkers checkers,
      Executor background,
      Consumer<SupervisionEvent> events,
      Log log) {
    this.broker = broker;
    this.place = place;
    this.preparation = preparation;
    this.runner = runner;
    this.checkers = checkers;
    this.background = background;
    this.events = events;
    this.log = log;
  }

  /** Performs one effect, and returns its answer if it has one at once. */
  List<SupervisionEvent> perform(SupervisionEffect effect) throws IOException {
    if (effect instanceof Prepare prepare) {
      background.execute(() -> events.accept(preparation.prepare(prepare.assignment())));
    } else if (effect instanceof StartRunner start) {
      return startRunner(start);
    } else if (effect instanceof SignalRunner signal) {
      runner.signal(signal.signal());
    } else if (effect instanceof ForceKill) {
      return List.of(forceKill());
    } else if (effect instanceof StartCheckers start) {
      return checkers.start(start.task());
    } else if (effect instanceof StopCheckers) {
      checkers.stop();
    } else if (effect instanceof PostLifecycle post) {
      checkers.post(post);
    } else {
      throw new IllegalArgumentException("unknown effect: " + effect);
    }
    return List.of();
  }

  /** What a change of this file tells; any if it has no name. */
  List<SupervisionEvent> changed(Path directory, String name) {
    return name.isEmpty() || isCheckpoint(directory, name) ? readCheckpoint() : List.of();
  }

  private boolean isCheckpoint(Path directory, String name) {
    return checkpoint.isPresent()
        && checkpoint.get().paths().runnerCheckpoint().equals(directory.resolve(name));
  }

  private List<SupervisionEvent> readCheckpoint() {
    return checkpoint.isPresent() ? List.copyOf(checkpoint.get().readNew()) : List.of();
  }

  /** What the end of a process tells, if it is the runner: first all that it wrote. */
  List<SupervisionEvent> processEnded(int pid, ExitStatus status) {
    if (!runner.hasEnded(pid)) {
      return List.of();
    }
    List<SupervisionEvent> events = new ArrayList<>(readCheckpoint());
    checkpoint.ifPresent(this::finishTaskFile);
    RunnerExit ended = new RunnerExit(status, FailureNote.read(place.sandbox()));
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
      runner.start(RunnerCommand.toEnd(task.runnerCommand(), start.stop()));
      return List.of();
    } catch (IOException e) {
      return List.of(new RunnerNotStarted(Causes.text(e)));
    }
  }

  private Forced forceKill() throws IOException {
    readCheckpoint();
    return new Forced(runner.killAll(checkpoint));
  }

  /** Ends everything when nobody is left who decides, through another broker. */
  void abandon(Broker other) {
    checkers.stop();
    try {
      List<Integer> survivors = runner.killAll(checkpoint, other);
      log.info("Killed the runner and all that it started, but for " + survivors);
    } catch (IOException | RuntimeException e) {
      log.error("Cannot kill the runner: " + Causes.trace(e));
    }
  }
}
