package org.thermos.runner;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.log.Log;
import org.thermos.process.Accounts;
import org.thermos.process.Broker;
import org.thermos.process.NativeException;
import org.thermos.process.ProcessEntry;
import org.thermos.process.ProcessIdentity;
import org.thermos.process.ProcessTable;
import org.thermos.process.RecordedOwner;
import org.thermos.process.TreeRoot;

/**
 * Finds the coordinators of a task's runs, living or dead, from what its checkpoints say. Rather
 * finds nothing than a stranger.
 */
public final class CoordinatorFinder {
  /** How exactly the kernel tells when the machine was booted. */
  private static final Duration CLOCK_SLACK = Duration.ofSeconds(1);

  /** How long after its last sign of life a coordinator is taken to have lived (processes 4.9). */
  private static final Duration SURVIVAL = Duration.ofSeconds(10);

  private final Broker broker;
  private final TaskPaths paths;
  private final RecordedOwner owner;
  private final Log log;
  private final ProcessTable table = new ProcessTable();
  private final Accounts accounts = new Accounts();

  /**
   * @param owner whose the coordinators must be
   */
  public CoordinatorFinder(Broker broker, TaskPaths paths, RecordedOwner owner, Log log) {
    this.broker = broker;
    this.paths = paths;
    this.owner = owner;
    this.log = log;
  }

  /**
   * Why the records must not be believed, if so: somebody else can have written whom to kill there.
   */
  public Optional<String> distrust() throws IOException {
    try {
      Takeover.requireOurStream(paths, Provenance.ofThisProcess());
      return Optional.empty();
    } catch (SettingsException e) {
      return Optional.of(e.getMessage());
    }
  }

  /**
   * Whoever holds the lock of a process' stream is its coordinator; else who was recorded, if
   * proven.
   */
  Optional<ProcessIdentity> find(ProcessStatus run) throws IOException {
    OptionalInt holder = lockHolder(run.process());
    if (holder.isPresent()) {
      return table.find(holder.getAsInt()).map(ProcessEntry::identity);
    }
    if (run.coordinatorPid().isEmpty() || run.forkTime().isEmpty()) {
      return Optional.empty();
    }
    return table.identify(
        run.coordinatorPid().getAsInt(), run.forkTime().get(), bootTimes(), owner, accounts);
  }

  /**
   * What a coordinator that is not there any more would have led, by each clock that may have told
   * the time of its fork; nothing if that was before the machine was booted.
   */
  List<TreeRoot> remember(ProcessStatus run) throws IOException {
    List<TreeRoot> roots = new ArrayList<>();
    if (run.coordinatorPid().orElse(0) <= 1 || run.forkTime().isEmpty()) {
      return roots;
    }
    Instant forked = run.forkTime().get();
    Instant lastSign = run.startTime().orElse(forked);
    for (Instant boot : bootTimes()) {
      if (!forked.isBefore(boot)) {
        roots.add(
            new TreeRoot(
                new ProcessIdentity(
                    run.coordinatorPid().getAsInt(),
                    ProcessTable.startTicksAt(forked.minus(CLOCK_SLACK), boot)),
                ProcessTable.startTicksAt(lastSign.plus(SURVIVAL), boot)));
      }
    }
    return roots;
  }

  /** A run as its coordinator last told of it, if that is more than is recorded elsewhere. */
  ProcessStatus latest(ProcessStatus run) throws IOException {
    return CoordinatorRun.read(paths.processCheckpoint(run.process()), run.process())
        .last()
        .filter(own -> own.seq() > run.seq())
        .orElse(run);
  }

  /**
   * What has to be killed of a process' last run: its coordinator or, if that is dead, what it led.
   * Nothing if the run has ended, or never began.
   *
   * @param recorded what the task's stream says of the run
   */
  public List<TreeRoot> roots(ProcessStatus recorded) throws IOException {
    OptionalInt holder = lockHolder(recorded.process());
    if (holder.isPresent()) {
      return table
          .find(holder.getAsInt())
          .map(entry -> List.of(TreeRoot.present(entry.identity())))
          .orElse(List.of());
    }
    ProcessStatus run = latest(recorded);
    if (run.state().isTerminal()) {
      return List.of();
    }
    Optional<ProcessIdentity> coordinator = find(run);
    return coordinator.isPresent() ? List.of(TreeRoot.present(coordinator.get())) : remember(run);
  }

  /** The process that has locked the stream of a task's process. */
  OptionalInt lockHolder(String process) throws IOException {
    try {
      return broker.lockHolder(paths.processCheckpoint(process));
    } catch (NativeException e) {
      if (!e.isMissing()) {
        throw e; // Whoever cannot be seen is not therefore gone.
      }
      return OptionalInt.empty(); // There is no stream yet.
    }
  }

  /** By the wall clock as it is, and as it was whenever the task's runners looked. */
  private List<Instant> bootTimes() throws IOException {
    List<Instant> times = new ArrayList<>(List.of(table.bootTime()));
    String bootId = Clocks.currentBootId();
    for (Instant kept : ClockLog.read(SmallFile.at(paths.clocks()), bootId, log).bootTimes()) {
      if (times.stream()
          .allMatch(it -> Duration.between(it, kept).abs().compareTo(CLOCK_SLACK) > 0)) {
        times.add(kept);
      }
    }
    return times;
  }
}
