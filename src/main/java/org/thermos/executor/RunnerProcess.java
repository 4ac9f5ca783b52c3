package org.thermos.executor;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.RunnerHeader;
import org.thermos.checkpoint.TaskHistory;
import org.thermos.log.Log;
import org.thermos.process.Accounts;
import org.thermos.process.Broker;
import org.thermos.process.ProcessIdentity;
import org.thermos.process.ProcessTable;
import org.thermos.process.ProgramSpec;
import org.thermos.process.ProgramSpec.ProcessGroup;
import org.thermos.process.RecordedOwner;
import org.thermos.process.Signal;

/** The runner as a process: one at a time. The loop's thread only. */
final class RunnerProcess {
  private final Broker broker;
  private final TaskPlace place;
  private final Map<String, String> environment;
  private final Log log;
  private Optional<ProcessIdentity> identity = Optional.empty();

  /**
   * @param environment that of the runner
   */
  RunnerProcess(Broker broker, TaskPlace place, Map<String, String> environment, Log log) {
    this.broker = broker;
    this.place = place;
    this.environment = environment;
    this.log = log;
  }

  /**
   * Starts it with the executor's own outputs.
   *
   * @throws IOException if it cannot be executed
   */
  void start(List<String> command) throws IOException {
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
   * @param history what the runner recorded
   * @return pids of what could not be killed
   */
  List<Integer> killAll(TaskHistory history) throws IOException {
    return killAll(history, broker);
  }

  /** The same through another broker. */
  List<Integer> killAll(TaskHistory history, Broker broker) throws IOException {
    List<Integer> survivors = new ArrayList<>();
    // Those an earlier runner started do not descend from this one. What this one starts meanwhile
    // does.
    for (ProcessIdentity coordinator : coordinators(history)) {
      survivors.addAll(broker.killTree(coordinator));
    }
    if (identity.isPresent()) {
      survivors.addAll(broker.killTree(identity.get()));
    }
    return survivors;
  }

  private static List<ProcessIdentity> coordinators(TaskHistory history) throws IOException {
    List<ProcessIdentity> found = new ArrayList<>();
    if (history.header().isEmpty()) {
      return found; // Nothing is started before it is written.
    }
    RunnerHeader header = history.header().get();
    RecordedOwner owner = new RecordedOwner(header.user(), header.uid());
    ProcessTable table = new ProcessTable();
    Accounts accounts = new Accounts();
    for (String process : history.processes()) {
      Optional<ProcessStatus> run = history.lastRun(process);
      Optional<Instant> forkTime = run.flatMap(ProcessStatus::forkTime);
      if (run.isPresent() && !run.get().state().isTerminal() && forkTime.isPresent()) {
        int pid = run.get().coordinatorPid().orElseThrow();
        table.identify(pid, forkTime.get(), owner, accounts).ifPresent(found::add);
      }
    }
    return found;
  }
}
