package org.thermos.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.thermos.checkpoint.CheckpointDispatcher;
import org.thermos.checkpoint.CheckpointException;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskHistory;
import org.thermos.checkpoint.TaskState;
import org.thermos.checkpoint.TaskStatus;
import org.thermos.config.ProcessConfig;
import org.thermos.runner.SimulatedCoordinator.Stage;

/** What must hold in a simulated world, whatever goes wrong in it. */
public final class Invariants {
  private static final long SECOND = 1_000_000;

  private final SimulatedWorld world;
  private final TaskHistory history = new TaskHistory();
  private final CheckpointDispatcher dispatcher = new CheckpointDispatcher(history);
  private final Expectation expectation;
  private final StopWatch stopWatch;

  /** What the runner's stream holds for good. */
  private final List<CheckpointRecord> acknowledged = new ArrayList<>();

  /** What a runner found there beyond that; its own first record makes it durable. */
  private List<CheckpointRecord> found = List.of();

  private final Set<String> started = new HashSet<>();
  private final Map<String, Long> endedAt = new HashMap<>();

  Invariants(SimulatedWorld world) {
    this.world = world;
    this.expectation = new Expectation(world.scenario, history);
    this.stopWatch = new StopWatch(world, history, expectation);
  }

  public TaskHistory history() {
    return history;
  }

  /** How many runs of a process ended by themselves, as far as is recorded. */
  int naturalEnds(String process) {
    return (int)
        history.runs(process).stream()
            .filter(run -> run.returnCode().isPresent() && run.returnCode().getAsInt() != -1)
            .count();
  }

  // --- the runner's stream ----------------------------------------------------------------------

  /** Checked when a runner has read what an earlier one left. */
  void recovered(List<CheckpointRecord> records) {
    int known = acknowledged.size();
    Violation.unless(
        records.size() >= known && records.subList(0, known).equals(acknowledged),
        "no durable record is ever lost",
        "of",
        known,
        "records are left, or others,",
        records.size());
    found = List.copyOf(records.subList(known, records.size()));
  }

  /** Checked when records are about to be written. */
  void checkRecords(List<CheckpointRecord> records) {
    for (CheckpointRecord record : records) {
      if (record instanceof ProcessStatus status && status.state() != ProcessState.WAITING) {
        checkStatus(status);
      } else if (record instanceof TaskStatus status) {
        checkStatus(status);
      }
    }
    stopWatch.aboutToWrite(records);
  }

  private void checkStatus(ProcessStatus status) {
    Optional<ProcessStatus> spoken = world.disk.spoken(status.process(), status.seq());
    Violation.unless(
        spoken.isEmpty() || spoken.get().equals(status),
        "no record is contradicted",
        "runner:",
        status,
        "coordinator:",
        spoken);
    if (status.state().isTerminal()) {
      for (SimulatedCoordinator c : world.host.coordinators()) {
        Violation.unless(
            !c.process.equals(status.process()) || !c.hasLiveTree(),
            "a run is over when nothing of it lives",
            status,
            "but there is",
            c);
      }
    }
  }

  private void checkStatus(TaskStatus status) {
    for (SimulatedCoordinator c : world.host.coordinators()) {
      Violation.unless(
          !isAlive(c) || !status.state().isTerminal(),
          "nothing is alive when the terminal record is written",
          status,
          "but there is",
          c,
          c.stage);
      Violation.unless(
          !c.hasLiveTree()
              || status.state() != TaskState.FINALIZING
              || world.scenario.process(c.process).isFinal(),
          "finalizers start when all else has ended",
          c);
    }
  }

  /** Not those who are on their way out: they have said all, or their runner died too early. */
  boolean isAlive(SimulatedCoordinator c) {
    boolean isLeaving =
        c.stage == Stage.ENDED || (c.stage == Stage.LAUNCHED && !world.isAlive(c.generation));
    return c.hasLiveTree() || (c.isPresent() && !isLeaving);
  }

  /** What was written is durable. */
  void acknowledged(List<CheckpointRecord> records) {
    found.forEach(this::add);
    found = List.of();
    records.forEach(this::add);
  }

  private void add(CheckpointRecord record) {
    Violation.unless(
        !history.state().isTerminal(), "the terminal record is the last", "then came", record);
    if (record instanceof TaskStatus status && status.state() != history.state()) {
      stopWatch.checkTransition(status.state());
    }
    if (record instanceof ProcessStatus status) {
      long last = history.lastRun(status.process()).map(ProcessStatus::seq).orElse(-1L);
      Violation.unless(
          status.seq() == last + 1,
          "records follow each other without a gap",
          status,
          "after",
          last);
    }
    try {
      dispatcher.dispatch(record, CheckpointDispatcher.Mode.STRICT);
    } catch (CheckpointException e) {
      throw new Violation("records follow each other as the states allow", e);
    }
    acknowledged.add(record);
    if (record instanceof ProcessStatus status) {
      checkCounts(world.scenario.process(status.process()));
      if (status.state().isTerminal()
          && world.clockSetAt() >= endedAt.getOrDefault(status.process(), 0L)) {
        endedAt.remove(status.process()); // By no clock can it be told any more when that was.
      }
    }
  }

  private void checkCounts(ProcessConfig process) {
    List<ProcessStatus> runs = history.runs(process.name());
    Violation.unless(runs.size() <= Expectation.RUN_CAP, "the run cap is kept", runs.size());
    long failures = runs.stream().filter(run -> run.state() == ProcessState.FAILED).count();
    Violation.unless(
        process.maxFailures() == 0
            || failures < process.maxFailures()
            || (failures == process.maxFailures()
                && history.lastRun(process.name()).orElseThrow().state() == ProcessState.FAILED),
        "max_failures is kept",
        process.name(),
        "goes on after",
        failures);
  }

  // --- effects and processes --------------------------------------------------------------------

  void checkEffect(TaskEffect effect) {
    if (effect instanceof TaskEffect.Report) {
      return;
    }
    boolean mayComeFirst = stopWatch.mayComeFirst(effect);
    Violation.unless(
        world.disk.runnerStream().isDurable() || mayComeFirst,
        "records are durable before anything is done about them",
        effect);
    if (effect instanceof TaskEffect.Launch) {
      stopWatch.checkLaunch(effect);
    }
    if (effect instanceof TaskEffect.Kill && !mayComeFirst && !history.state().isTerminal()) {
      stopWatch.checkPatience(effect);
    }
  }

  /** Checked before a coordinator writes its first record. */
  void checkFork(SimulatedCoordinator c) {
    Violation.unless(
        history.runs(c.process).size() > c.run, "WAITING is durable before a run begins", c);
  }

  /** Checked at the moment a command starts. */
  void checkStart(SimulatedCoordinator starting) {
    ProcessConfig process = world.scenario.process(starting.process);
    Violation.unless(
        started.add(starting.process + " " + starting.run), "no run is repeated", starting);
    Violation.unless(
        world.disk.coordinatorStream(starting.process).isDurable(),
        "FORKED is durable before the command runs",
        starting);
    checkNeighbours(starting);
    for (String predecessor : world.scenario.predecessors(starting.process)) {
      Violation.unless(
          expectation.hasFinished(world.scenario.process(predecessor)),
          "predecessors have finished before a start",
          starting,
          "before",
          predecessor);
    }
    boolean finalizing =
        history.statuses().stream().anyMatch(s -> s.state() == TaskState.FINALIZING);
    Violation.unless(
        process.isFinal() == finalizing && !history.state().isTerminal(),
        "processes start in their own stage",
        starting,
        "in",
        history.state());
    Violation.unless(
        !world.keepsTime()
            || world.time.micros() - endedAt.getOrDefault(starting.process, -SECOND << 20)
                >= micros(process.minDuration()),
        "min_duration is kept",
        starting);
  }

  private void checkNeighbours(SimulatedCoordinator starting) {
    Set<String> busy = new HashSet<>();
    for (SimulatedCoordinator other : world.host.coordinators()) {
      if (other.hasLiveTree()) {
        Violation.unless(
            !other.process.equals(starting.process),
            "never two live runs of one process",
            starting,
            "beside",
            other);
        busy.add(other.process);
      }
    }
    int most = world.scenario.task().maxConcurrency();
    Violation.unless(
        most == 0 || busy.size() < most, "max_concurrency is kept", starting, "beside", busy);
  }

  /** The command's own process has ended, in whatever way. */
  void ended(SimulatedCoordinator c) {
    endedAt.put(c.process, world.time.micros());
  }

  // --- time -------------------------------------------------------------------------------------

  void runnerIsWell() {
    stopWatch.runnerIsWell();
  }

  void runnerFails() {
    stopWatch.runnerFails();
  }

  void runnerStarts() {
    stopWatch.runnerStarts();
  }

  void runnerDecides() {
    stopWatch.decides();
  }

  /** A runner was told to end the task, by a deadline of its own clock. */
  void stopHeard(StopOrder stop) {
    stopWatch.heard(stop);
  }

  /** Checked when the task is over. */
  void checkEnd() {
    Violation.unless(
        history.state().isTerminal(), "the terminal record is the last", history.state());
    Violation.unless(
        acknowledged.get(0) instanceof TaskStatus && history.header().isPresent(),
        "a stream begins with a status and a header",
        acknowledged.get(0));
    for (SimulatedCoordinator c : world.host.coordinators()) {
      Violation.unless(!c.hasLiveTree(), "nothing is alive at the end", c);
    }
  }

  public TaskState outcome() {
    return history.state();
  }

  static long micros(Duration duration) {
    return duration.toNanos() / 1000;
  }
}
