package org.thermos.executor;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.RunnerHeader;
import org.thermos.checkpoint.TaskHistory;
import org.thermos.log.Log;
import org.thermos.process.Broker;
import org.thermos.process.NativeException;
import org.thermos.process.ProcessIdentity;
import org.thermos.process.ProgramSpec;
import org.thermos.process.ProgramSpec.ProcessGroup;
import org.thermos.process.RecordedOwner;
import org.thermos.process.Signal;
import org.thermos.process.TreeRoot;
import org.thermos.runner.CoordinatorFinder;

/** The runner as a process: one at a time. The loop's thread only. */
final class RunnerProcess {
  private final Broker broker;
  private final TaskPlace place;
  private final Runnable started;
  private final Log log;
  private Optional<ProcessIdentity> identity = Optional.empty();

  /**
   * None runs yet.
   *
   * @param started told of each start
   */
  RunnerProcess(Broker broker, TaskPlace place, Runnable started, Log log) {
    this.broker = broker;
    this.place = place;
    this.started = started;
    this.log = log;
  }

  /**
   * Starts it with the executor's own outputs.
   *
   * @param environment that of the runner
   * @throws IOException if it cannot be executed
   */
  void start(List<String> command, Map<String, String> environment) throws IOException {
    identity =
        Optional.of(
            broker.spawn(
                new ProgramSpec(
                    command,
                    environment,
                    Optional.of(place.directory()),
                    ProcessGroup.INHERITED,
                    Optional.empty(),
                    Optional.empty())));
    started.run();
    log.info("Started the runner as " + identity.get().pid() + ": " + String.join(" ", command));
  }

  /** Whether this pid is the runner's; it is not any more afterwards. */
  boolean hasEnded(int pid) {
    boolean ended = identity.isPresent() && identity.get().pid() == pid;
    if (ended) {
      identity = Optional.empty();
    }
    return ended;
  }

  void signal(Signal signal) throws IOException {
    if (identity.isPresent()) {
      log.info("Signal " + signal + " for the runner: " + broker.signal(identity.get(), signal));
    }
  }

  /**
   * Kills the runner and all that its task ever started.
   *
   * @param checkpoint what the runner recorded; empty if none was ever started
   * @return pids of what could not be killed
   */
  List<Integer> killAll(Optional<CheckpointFollower> checkpoint) throws IOException {
    return killAll(checkpoint, broker);
  }

  /** The same through another broker. */
  List<Integer> killAll(Optional<CheckpointFollower> checkpoint, Broker broker) throws IOException {
    Set<Integer> survivors = new TreeSet<>();
    // Those an earlier runner started do not descend from this one. What this one starts meanwhile
    // does; so it comes last, whatever goes wrong before.
    try {
      if (checkpoint.isPresent() && checkpoint.get().history().header().isPresent()) {
        killCoordinators(checkpoint.get(), broker, survivors);
      }
    } finally {
      if (identity.isPresent()) {
        survivors.addAll(broker.killTree(identity.get()));
      }
    }
    return List.copyOf(survivors);
  }

  /** Those that live, and what dead ones left. */
  private void killCoordinators(
      CheckpointFollower checkpoint, Broker broker, Set<Integer> survivors) throws IOException {
    TaskHistory history = checkpoint.history();
    RunnerHeader header = history.header().orElseThrow();
    CoordinatorFinder finder =
        new CoordinatorFinder(
            broker, checkpoint.paths(), new RecordedOwner(header.user(), header.uid()), log);
    Optional<String> distrust = finder.distrust();
    distrust.ifPresent(why -> log.error("Killing only what descends from the runner: " + why));
    for (String process : history.processes()) {
      ProcessStatus run = history.lastRun(process).orElseThrow();
      if (run.state().isTerminal()) {
        continue;
      }
      try {
        if (distrust.isPresent()) {
          run.coordinatorPid().ifPresent(survivors::add); // For all we know.
        } else {
          for (TreeRoot root : finder.roots(run)) {
            survivors.addAll(broker.killTree(root));
          }
        }
      } catch (NativeException | IllegalArgumentException e) {
        log.error("Cannot kill what process " + process + " left: " + Causes.text(e));
        run.coordinatorPid().ifPresent(survivors::add);
      }
    }
  }
}
