package org.thermos.runner;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.thermos.checkpoint.CheckpointLoader;
import org.thermos.checkpoint.DurableFile;
import org.thermos.checkpoint.RecordLog;
import org.thermos.checkpoint.RunnerHeader;
import org.thermos.checkpoint.TaskFiles;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.checkpoint.TaskState;
import org.thermos.checkpoint.TaskStatus;
import org.thermos.log.ErrorText;
import org.thermos.log.Log;
import org.thermos.plan.InvalidScheduleException;
import org.thermos.plan.RunLimit;
import org.thermos.process.Broker;
import org.thermos.process.CoordinatorSpec;
import org.thermos.process.LockBusyException;
import org.thermos.process.RecordedOwner;

/**
 * Runs one prepared task to its end: takes the lock, replays what is on disk, and drives the task
 * machine with what the broker tells. One thread, one wait point.
 */
final class TaskRunner {
  /** A runner that was just killed takes a moment to let go of its lock. */
  private static final Duration LOCK_PATIENCE = Duration.ofSeconds(1);

  /** One that takes a task over may be started before its predecessor is killed. */
  static final Duration HANDOVER_PATIENCE = Duration.ofSeconds(10);

  /** Runs of one process, whatever their ends (planner 2.4). */
  private static final RunLimit RUN_LIMIT = new RunLimit(100);

  private final RunnerOptions options;
  private final PreparedTask prepared;
  private final Broker broker;
  private final Clock wall;
  private final Clocks clocks;
  private final Log log;
  private final TaskPaths paths;
  private final TaskFiles files;

  TaskRunner(RunnerOptions options, PreparedTask prepared, Broker broker, Clock wall, Log log)
      throws IOException {
    this.options = options;
    this.prepared = prepared;
    this.broker = broker;
    this.wall = wall;
    this.clocks = new Clocks(wall);
    this.log = log;
    this.paths = prepared.paths();
    this.files = new TaskFiles(paths, wall);
  }

  /**
   * Runs the task until it is over.
   *
   * @return what went wrong in starting its processes, if anything did and the task failed
   * @throws RunnerException if this runner cannot go on; the task's processes do
   */
  Optional<String> run() throws RunnerException {
    try {
      Path sandbox =
          prepared.launching() == Launching.ALLOWED ? createSandbox() : options.sandbox();
      DurableFile.createDirectories(paths.checkpoints());
      Provenance provenance = Provenance.ofThisProcess();
      Takeover.requireOurDirectories(paths, provenance);
      broker.lock(
          paths.runnerCheckpoint(),
          prepared.origin() == PreparedTask.Origin.RECORDED ? HANDOVER_PATIENCE : LOCK_PATIENCE);
      TaskProgress progress = TaskProgress.of(prepared.bound().task(), RUN_LIMIT);
      Takeover.requireOurStream(paths, provenance);
      ClockLog clockLog = ClockLog.read(SmallFile.at(paths.clocks()), clocks.bootId(), log);
      long end = StreamReplay.of(paths.runnerCheckpoint(), progress, clockLog, clocks.now(), log);
      if (progress.state().isTerminal()) {
        log.info("task " + paths.taskId() + " is over already: " + progress.state());
        try (RecordLog stream = RecordLog.open(paths.runnerCheckpoint(), end)) {
          stream.append(List.of()); // Whoever wrote the last record may not have lived to sync it.
        }
        if (files.isActive()) {
          files.finish();
        }
        return Optional.empty();
      }
      if (prepared.origin() == PreparedTask.Origin.COMMAND_LINE) {
        recordSettings(sandbox, end > 0);
      }
      try (RecordLog stream = RecordLog.open(paths.runnerCheckpoint(), end)) {
        StopFile stopFile = new StopFile(SmallFile.at(paths.stopOrder()), clocks.bootId());
        Optional<StopOrder> order = stopOrder(stopFile);
        return drive(progress, order, new StreamJournal(stream, stopFile, clockLog), sandbox);
      }
    } catch (LockBusyException e) {
      throw new RunnerException(ExitCode.UNKNOWN_ERROR, lockedBy(e), e);
    } catch (SettingsException e) {
      throw new RunnerException(
          ExitCode.INVALID_TASK,
          "cannot go on with task " + paths.taskId() + ": " + e.getMessage(),
          e);
    } catch (InvalidScheduleException e) {
      throw new RunnerException(
          ExitCode.INVALID_TASK, "Invalid task: Task has invalid plan: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new RunnerException(
          ExitCode.UNKNOWN_ERROR, "cannot run task " + paths.taskId() + ": " + ErrorText.of(e), e);
    }
  }

  /** So that whoever finishes the task does it as this runner would. */
  private void recordSettings(Path sandbox, boolean hasBegun) throws RunnerException, IOException {
    TaskSettings settings = TaskSettings.of(options, prepared, sandbox, paths.root().toRealPath());
    new SettingsFile(paths).record(settings, hasBegun, log);
  }

  /** Names the runner that the stream itself names, rather than whoever keeps its lock for it. */
  private String lockedBy(LockBusyException e) {
    String holder = e.holder().isPresent() ? "pid " + e.holder().getAsInt() : "another process";
    try {
      Optional<TaskStatus> last =
          CheckpointLoader.load(paths.runnerCheckpoint()).history().lastStatus();
      holder =
          last.map(status -> "pid " + status.runnerPid() + " since " + status.timestamp())
              .orElse(holder);
    } catch (IOException unreadable) {
      log.error("cannot read " + paths.runnerCheckpoint() + ": " + ErrorText.of(unreadable));
    }
    return "cannot lock "
        + paths.runnerCheckpoint()
        + ": held by "
        + holder
        + "; that runner drives the task, stop it first";
  }

  private Path createSandbox() throws RunnerException {
    try {
      return Files.createDirectories(options.sandbox()).toRealPath();
    } catch (IOException e) {
      throw new RunnerException(
          ExitCode.UNKNOWN_ERROR,
          "cannot create the sandbox " + options.sandbox() + ": " + ErrorText.of(e),
          e);
    }
  }

  /** What an earlier runner was told, and what this one was started for. */
  private Optional<StopOrder> stopOrder(StopFile file) throws IOException {
    Moment now = clocks.now();
    Optional<StopOrder> recorded = file.read(now);
    Optional<StopOrder> wanted =
        options
            .stop()
            .map(outcome -> new StopOrder(outcome, now.uptime().plus(options.stopBudget(outcome))));
    return recorded.isPresent() && wanted.isPresent()
        ? Optional.of(recorded.get().and(wanted.get()))
        : recorded.or(() -> wanted);
  }

  private Optional<String> drive(
      TaskProgress progress, Optional<StopOrder> order, Journal journal, Path sandbox)
      throws IOException, RunnerException {
    RunnerHeader header = progress.header().orElseGet(this::newHeader);
    BrokerHands hands =
        new BrokerHands(
            broker,
            paths,
            files,
            prepared.bound(),
            specs(sandbox),
            new RecordedOwner(header.user(), header.uid()),
            options.killWait(),
            clocks,
            log);
    TaskMachine machine =
        new TaskMachine(
            progress,
            header,
            new RunnerIdentity(
                Math.toIntExact(ProcessHandle.current().pid()), prepared.current().uid()),
            prepared.launching());
    TaskDriver driver = new TaskDriver(machine, journal, hands);
    log.info(
        "running task "
            + paths.taskId()
            + " from state "
            + machine.state()
            + order.map(it -> ", to end it as " + it.outcome()).orElse(""));
    driver.start(order, clocks.now());
    while (!hands.hasExited()) {
      driver.handle(hands.awaitEvents(), clocks.now());
    }
    log.info("task " + paths.taskId() + " is over: " + machine.state());
    return machine.state() == TaskState.FAILED ? hands.lastComplaint() : Optional.empty();
  }

  private CoordinatorSpecs specs(Path sandbox) throws RunnerException {
    Map<String, String> inherited = prepared.environment();
    return new CoordinatorSpecs(
        paths,
        sandbox,
        prepared.account(),
        prepared.current(),
        options.chroot() ? CoordinatorSpec.Root.CHROOT_TO_DIRECTORY : CoordinatorSpec.Root.HOST,
        options.preserveEnvironment(),
        inherited,
        options.loggerDefaults(),
        containerizer(inherited));
  }

  private Optional<Containerizer> containerizer(Map<String, String> environment)
      throws RunnerException {
    if (options.containerizer().isEmpty()) {
      return Optional.empty();
    }
    String sandbox =
        options
            .containerSandbox()
            .orElseThrow(
                () ->
                    new RunnerException(
                        ExitCode.USAGE,
                        "If using mesos-containerizer, container_sandbox must be set."));
    return Optional.of(Containerizer.probe(options.containerizer().get(), environment, sandbox));
  }

  private RunnerHeader newHeader() {
    Map<String, Long> ports = new HashMap<>();
    options.ports().forEach((name, port) -> ports.put(name, port.longValue()));
    return new RunnerHeader(
        paths.taskId(),
        wall.instant(),
        options.sandbox(),
        options.hostname().orElseGet(TaskRunner::localHostName),
        prepared.account().name(),
        ports,
        Optional.of(TaskPaths.defaultLogs(options.sandbox())),
        OptionalInt.of(prepared.account().uid()));
  }

  private static String localHostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).trim();
    } catch (IOException e) {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException unknown) {
        return "localhost";
      }
    }
  }
}
