package org.thermos.executor;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.ExecutorDriver;
import org.thermos.checkpoint.TaskFiles;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.config.Assignment;
import org.thermos.executor.ExecutorEffect.ForceKill;
import org.thermos.executor.ExecutorEffect.Prepare;
import org.thermos.executor.ExecutorEffect.Report;
import org.thermos.executor.ExecutorEffect.SendUpdate;
import org.thermos.executor.ExecutorEffect.SignalRunner;
import org.thermos.executor.ExecutorEffect.StartCheckers;
import org.thermos.executor.ExecutorEffect.StartRunner;
import org.thermos.executor.ExecutorEffect.StopCheckers;
import org.thermos.executor.ExecutorEffect.StopDriver;
import org.thermos.executor.ExecutorEvent.Forced;
import org.thermos.executor.ExecutorEvent.RunnerExit;
import org.thermos.executor.ExecutorEvent.RunnerExited;
import org.thermos.executor.ExecutorEvent.RunnerNotStarted;
import org.thermos.log.Log;
import org.thermos.process.Broker;
import org.thermos.process.ExitStatus;
import org.thermos.process.NativeBinary;

/** Carries an {@link ExecutorMachine}'s decisions out into the world. The loop's thread only. */
final class ExecutorHands {
  private final Broker broker;
  private final Inbox inbox;
  private final TaskPlace place;
  private final TaskPreparation preparation;
  private final RunnerProcess runner;
  private final Checkers checkers;
  private final ExecutorDriver driver;
  private final UpdateSender updates;
  private final Log log;
  private Optional<CheckpointFollower> checkpoint = Optional.empty();
  private Optional<ExecutorExit> exit = Optional.empty();

  ExecutorHands(
      Broker broker,
      Inbox inbox,
      TaskPlace place,
      TaskPreparation preparation,
      RunnerProcess runner,
      Checkers checkers,
      ExecutorDriver driver,
      Log log) {
    this.broker = broker;
    this.inbox = inbox;
    this.place = place;
    this.preparation = preparation;
    this.runner = runner;
    this.checkers = checkers;
    this.driver = driver;
    this.updates = new UpdateSender(driver, log);
    this.log = log;
  }

  /** Set once the executor is to end. */
  Optional<ExecutorExit> exit() {
    return exit;
  }

  /** Performs one effect, and returns its answer if it has one at once. */
  Optional<ExecutorEvent> perform(ExecutorEffect effect) throws IOException {
    if (effect instanceof SendUpdate update) {
      updates.send(update);
    } else if (effect instanceof Prepare prepare) {
      prepare(prepare.assignment());
    } else if (effect instanceof StartRunner start) {
      return startRunner(start);
    } else if (effect instanceof SignalRunner signal) {
      runner.signal(signal.signal());
    } else if (effect instanceof ForceKill) {
      return Optional.of(forceKill());
    } else if (effect instanceof StartCheckers start) {
      return Optional.of(checkers.start(start.task()));
    } else if (effect instanceof StopCheckers) {
      checkers.stop();
    } else if (effect instanceof StopDriver stop) {
      driver.stop();
      exit = Optional.of(stop.exit());
    } else if (effect instanceof Report report) {
      log.info(report.text());
    } else {
      throw new IllegalArgumentException("unknown effect: " + effect);
    }
    return Optional.empty();
  }

  /** What a change of this file in the checkpoint's directory tells; any if it has no name. */
  List<ExecutorEvent> readCheckpoint(String name) {
    if (checkpoint.isEmpty()
        || !(name.isEmpty() || checkpoint.get().paths().runnerCheckpoint().endsWith(name))) {
      return List.of();
    }
    return List.copyOf(checkpoint.get().readNew());
  }

  /** What the end of a process tells: first all that it wrote. */
  List<ExecutorEvent> processEnded(int pid, ExitStatus status) {
    if (!runner.hasEnded(pid)) {
      return List.of();
    }
    List<ExecutorEvent> events = new ArrayList<>(readCheckpoint(""));
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

  /**
   * Ends everything when the machine cannot any more: kills what there is and says so. The last
   * thing to be called.
   */
  ExecutorExit abandon(Throwable thrown) {
    log.error("Giving up: " + Causes.trace(thrown));
    checkers.stop();
    // The first broker may be what was lost.
    try (Broker other = Broker.start(NativeBinary.locate())) {
      List<Integer> survivors = runner.killAll(checkpoint, other);
      log.info("Killed the runner and all that it started, but for " + survivors);
    } catch (IOException | RuntimeException e) {
      log.error("Cannot kill the runner: " + Causes.trace(e));
    }
    updates.failOpen("Internal error: " + Causes.text(thrown));
    driver.stop();
    return ExecutorExit.INTERNAL_ERROR;
  }

  private void prepare(Assignment assignment) {
    Thread thread =
        new Thread(() -> inbox.post(preparation.prepare(assignment)), "thermos-preparation");
    thread.setDaemon(true);
    thread.start();
  }

  private Optional<ExecutorEvent> startRunner(StartRunner start) {
    PreparedTask task = start.task();
    try {
      if (checkpoint.isEmpty()) {
        TaskPaths paths = task.paths();
        broker.watchDirectory(paths.checkpoints());
        checkpoint = Optional.of(new CheckpointFollower(paths, log));
      }
      runner.start(RunnerCommand.toEnd(task.runnerCommand(), start.stop()));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(new RunnerNotStarted(Causes.text(e)));
    }
  }

  private Forced forceKill() throws IOException {
    readCheckpoint("");
    return new Forced(runner.killAll(checkpoint));
  }
}
