package org.thermos.runner;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.thermos.checkpoint.CheckpointException;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.ReadResult;
import org.thermos.checkpoint.RecordLog;
import org.thermos.checkpoint.RecordReader;
import org.thermos.checkpoint.RunnerHeader;
import org.thermos.checkpoint.SimulatedFile;
import org.thermos.checkpoint.TaskState;
import org.thermos.log.Log;
import org.thermos.plan.InvalidScheduleException;
import org.thermos.plan.RunLimit;
import org.thermos.process.CoordinatorEnd;

/**
 * One life of the runner in a simulated world, from its start to its death or to the task's end:
 * the real machine, driver and log, between hands that know no more than the real ones (see {@link
 * BrokerHands}).
 */
final class SimulatedRunner implements Journal, Hands, Log, SimulatedFile.Mishaps {
  private final SimulatedWorld world;
  private final int generation;
  private final Map<String, Integer> coordinators = new HashMap<>();
  private final Map<Integer, String> processByPid = new HashMap<>();
  private final Map<String, Long> offsets = new HashMap<>();
  private List<TaskEvent> inbox = new ArrayList<>();
  private boolean isBusy;
  private int timer;
  private TaskDriver driver;
  private RecordLog stream;
  private ClockLog clocks;

  SimulatedRunner(SimulatedWorld world, int generation) {
    this.world = world;
    this.generation = generation;
  }

  int generation() {
    return generation;
  }

  /** Whether it has replayed the stream and drives the task. */
  boolean isInControl() {
    return driver != null;
  }

  // --- its loop ---------------------------------------------------------------------------------

  /**
   * @param stop how the task is to end, if this runner was started for that
   */
  void start(Optional<TaskState> stop) throws IOException {
    isBusy = true;
    world.invariants.runnerStarts();
    Moment now = world.now();
    clocks =
        ClockLog.read(world.disk.clockFile().open(this, Optional.empty()), world.bootId(), this);
    RecordReader reader = world.disk.runnerStream().read(0);
    List<ReadResult.Intact> records = SimulatedDisk.readAll(reader);
    world.invariants.recovered(records.stream().map(ReadResult.Intact::record).toList());
    TaskProgress progress;
    try {
      progress = TaskProgress.of(world.scenario.task(), new RunLimit(Expectation.RUN_CAP));
      for (ReadResult.Intact intact : records) {
        progress.replay(intact.record(), clocks.at(intact.offset(), now));
      }
    } catch (CheckpointException | InvalidScheduleException e) {
      throw new Violation("a stream always replays", e);
    }
    if (progress.state().isTerminal()) {
      world.invariants.acknowledged(List.of());
      world.runnerExits(this, ExitCode.DONE);
      return;
    }
    stream = world.disk.runnerStream().openLog(reader.offset(), this);
    TaskMachine machine =
        new TaskMachine(
            progress,
            progress.header().orElseGet(this::header),
            new RunnerIdentity(10_000 + generation, 0));
    driver = new TaskDriver(machine, this, this);
    Optional<StopOrder> order = stopOrder(stop);
    world.invariants.runnerDecides();
    driver.start(order, world.now());
    rest();
  }

  private Optional<StopOrder> stopOrder(Optional<TaskState> stop) throws IOException {
    Moment now = world.now();
    Optional<StopOrder> recorded = stopFile(Optional.empty()).read(now);
    Optional<StopOrder> wanted =
        stop.map(
            outcome ->
                new StopOrder(
                    outcome,
                    now.uptime()
                        .plus(
                            outcome == TaskState.LOST ? Duration.ZERO : SimulatedWorld.KILL_WAIT)));
    wanted.ifPresent(world.invariants::stopHeard);
    return recorded.isPresent() && wanted.isPresent()
        ? Optional.of(recorded.get().and(wanted.get()))
        : recorded.or(() -> wanted);
  }

  private StopFile stopFile(Optional<StopOrder> order) {
    Optional<StopOrder> meaning =
        order.map(it -> new StopOrder(it.outcome(), world.sinceBeginning(it.deadline())));
    return new StopFile(world.disk.stopFile().open(this, meaning), world.bootId());
  }

  private RunnerHeader header() {
    return new RunnerHeader(
        "simulated",
        world.now().wall(),
        Path.of("/sandbox"),
        "host",
        "root",
        Map.of(),
        Optional.of(Path.of("/sandbox/.logs")),
        OptionalInt.of(0));
  }

  void receive(TaskEvent event) {
    if (inbox.isEmpty() && !isBusy) {
      world.inLife(this, world.random.nextInt(500), this::work);
    }
    world.time.trace(this, event);
    inbox.add(event);
  }

  private void work() throws IOException {
    isBusy = true;
    List<TaskEvent> events = inbox;
    inbox = new ArrayList<>();
    for (TaskEvent event : events) {
      if (event instanceof TaskEvent.StopRequested stop) {
        world.invariants.stopHeard(
            new StopOrder(stop.outcome(), world.now().uptime().plus(stop.budget())));
      }
    }
    world.invariants.runnerDecides();
    driver.handle(events, world.now());
    rest();
  }

  private void rest() {
    isBusy = false;
    if (!inbox.isEmpty()) {
      world.inLife(this, world.random.nextInt(100), this::work);
    }
  }

  // --- its stream -------------------------------------------------------------------------------

  @Override
  public void persist(Optional<StopOrder> order, List<CheckpointRecord> records, Moment now)
      throws IOException {
    records.forEach(record -> world.time.trace(this, "writes", record));
    world.invariants.checkRecords(records);
    new StreamJournal(stream, stopFile(order), clocks).persist(order, records, now);
    world.invariants.acknowledged(records);
    world.streamChanged();
  }

  @Override
  public int beforeWrite(int bytes) throws IOException {
    world.mayDie(this);
    int part = world.random.nextInt(8) == 0 ? world.random.nextInt(1, bytes + 1) : bytes;
    if (world.disk.fails()) {
      if (part == bytes) {
        throw new IOException("No space left on device");
      }
    }
    return part;
  }

  @Override
  public void beforeChange() throws IOException {
    world.streamChanged();
    world.elapse(this, world.random.nextInt(5_000));
    world.mayDie(this);
    if (world.disk.fails()) {
      throw new IOException("Input/output error");
    }
  }

  // --- its hands --------------------------------------------------------------------------------

  @Override
  public void perform(TaskEffect effect) {
    world.mayDie(this);
    world.time.trace(this, "does", effect);
    world.invariants.checkEffect(effect);
    if (effect instanceof TaskEffect.Launch launch) {
      launch(launch);
    } else if (effect instanceof TaskEffect.Adopt adopt) {
      adopt(adopt.run());
    } else if (effect instanceof TaskEffect.Terminate terminate) {
      tracked(terminate.process()).ifPresent(world.host::terminate);
    } else if (effect instanceof TaskEffect.Kill kill) {
      tracked(kill.process()).ifPresent(world.host::kill);
    } else if (effect instanceof TaskEffect.KillTree killTree) {
      killTree(killTree.process());
    } else if (effect instanceof TaskEffect.Exit) {
      world.runnerExits(this, ExitCode.DONE);
    }
  }

  @Override
  public void wakeAt(Optional<Duration> uptime) {
    int mine = ++timer;
    uptime.ifPresent(
        at ->
            world.inLife(
                this,
                at.minus(world.now().uptime()).toNanos() / 1000 + 1 + world.random.nextInt(1_000),
                () -> {
                  if (mine == timer) {
                    receive(new TaskEvent.TimerFired());
                  }
                }));
  }

  private void launch(TaskEffect.Launch launch) {
    Optional<SimulatedCoordinator> started = world.host.launch(launch, generation);
    if (started.isPresent()) {
      track(started.get());
    } else {
      receive(new TaskEvent.LaunchFailed(launch.process(), "no processes left"));
    }
  }

  private void adopt(ProcessStatus run) {
    String process = run.process();
    Optional<SimulatedCoordinator> found = world.host.holderOf(process);
    if (found.isPresent()) {
      track(found.get());
      read(process);
    } else {
      remember(run);
      readRecords(process);
      receive(new TaskEvent.CoordinatorGone(process));
    }
  }

  private void remember(ProcessStatus run) {
    run.coordinatorPid().ifPresent(pid -> coordinators.put(run.process(), pid));
  }

  private void track(SimulatedCoordinator coordinator) {
    coordinators.put(coordinator.process, coordinator.pid);
    processByPid.put(coordinator.pid, coordinator.process);
  }

  private Optional<Integer> tracked(String process) {
    return Optional.ofNullable(coordinators.get(process))
        .filter(pid -> process.equals(processByPid.get(pid)));
  }

  private void killTree(String process) {
    Integer pid = coordinators.get(process);
    List<Integer> survivors = pid == null ? List.of() : world.host.killTree(pid);
    world.elapse(this, world.random.nextInt(survivors.isEmpty() ? 3_000 : 1_000_000));
    read(process);
    receive(new TaskEvent.TreeKilled(process, survivors));
  }

  // --- what it is told --------------------------------------------------------------------------

  void exited(int pid, CoordinatorEnd how) {
    String process = processByPid.remove(pid);
    if (process == null) {
      return;
    }
    read(process);
    receive(
        switch (how) {
          case BUSY, NOT_YET -> new TaskEvent.LaunchDeferred(process);
          case WRONG_USE, FAILED -> new TaskEvent.LaunchFailed(process, "its coordinator failed");
          case RECORDED, ABANDONED, SUPERSEDED, KILLED -> new TaskEvent.CoordinatorGone(process);
        });
  }

  /** Turns what a coordinator has written since into events. */
  void read(String process) {
    boolean isStrange = readRecords(process);
    if (isStrange && tracked(process).isEmpty()) {
      receive(new TaskEvent.CoordinatorGone(process));
    }
  }

  private boolean readRecords(String process) {
    RecordReader reader =
        world.disk.coordinatorStream(process).read(offsets.getOrDefault(process, 0L));
    boolean isStrange = false;
    for (ProcessStatus status : SimulatedDisk.statuses(SimulatedDisk.readAll(reader))) {
      receive(new TaskEvent.Recorded(status));
      if (status.state() == ProcessState.FORKED && tracked(process).isEmpty() && !meet(status)) {
        remember(status);
        isStrange = true;
      }
    }
    offsets.put(process, reader.offset());
    return isStrange;
  }

  /** A coordinator that an earlier runner launched may speak up after this one has started. */
  private boolean meet(ProcessStatus forked) {
    Optional<SimulatedCoordinator> holder =
        world
            .host
            .holderOf(forked.process())
            .filter(c -> c.pid == forked.coordinatorPid().orElse(0));
    holder.ifPresent(this::track);
    return holder.isPresent();
  }

  @Override
  public void info(String message) {
    world.time.trace(this, message);
  }

  @Override
  public void error(String message) {
    world.time.trace(this, message);
  }

  @Override
  public String toString() {
    return "runner " + generation;
  }
}
