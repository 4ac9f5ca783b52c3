package org.thermos.runner;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskState;
import org.thermos.runner.SimulatedCoordinator.Manners;
import org.thermos.runner.SimulatedCoordinator.Script;

/**
 * A host in memory: a clock, a disk that keeps what was synced, coordinators with trees of
 * processes, and one runner at a time, which may be killed between any two effects. Everything that
 * happens is drawn from one seed, so that a run can be replayed exactly.
 */
final class SimulatedWorld {
  /** What may go wrong, and when somebody stops the task. */
  record Chaos(
      int runnerCrashPercent,
      int coordinatorCrashes,
      boolean reboot,
      boolean clockSteps,
      Optional<Stop> stop) {
    static final Chaos NONE = new Chaos(0, 0, false, false, Optional.empty());
  }

  record Stop(Duration at, TaskState outcome, Duration budget) {}

  private record Scheduled(long micros, long order, Runnable action) {}

  /** The runner was killed here. */
  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");
  private static final boolean TRACE = Long.getLong("thermos.seed") != null;
  private static final long MAX_EVENTS = 200_000;

  final Random random;
  final Scenario scenario;
  final Chaos chaos;
  final Invariants invariants;
  Optional<StopOrder> stopOrder = Optional.empty();
  final List<CheckpointRecord> runnerStream = new ArrayList<>();
  final Map<String, List<ProcessStatus>> coordinatorStreams = new HashMap<>();
  final List<SimulatedCoordinator> coordinators = new ArrayList<>();
  final Map<String, Integer> naturalEnds = new HashMap<>();

  private final PriorityQueue<Scheduled> queue =
      new PriorityQueue<>(
          (a, b) ->
              a.micros != b.micros
                  ? Long.compare(a.micros, b.micros)
                  : Long.compare(a.order, b.order));
  private long order;
  private long micros;
  private Duration clockOffset = Duration.ZERO;
  private int nextPid = 1000;
  private Optional<SimulatedRunner> runner = Optional.empty();
  private int generation;
  private boolean taskFinished;
  int runnerCrashes;

  SimulatedWorld(long seed, Scenario scenario, Chaos chaos) {
    this.random = new Random(seed);
    this.scenario = scenario;
    this.chaos = chaos;
    this.invariants = new Invariants(this);
  }

  /** Lives the task to its end and returns how it ended. */
  TaskState run() {
    trace(scenario.task());
    in(0, this::startRunner);
    chaos.stop().ifPresent(stop -> in(stop.at().toNanos() / 1000, () -> askToStop(stop)));
    for (int i = 0; i < chaos.coordinatorCrashes(); i++) {
      in(random.nextInt(20_000_000), this::crashSomeCoordinator);
    }
    if (chaos.reboot()) {
      in(random.nextInt(20_000_000), this::reboot);
    }
    if (chaos.clockSteps()) {
      in(random.nextInt(20_000_000), () -> clockOffset = Duration.ofHours(random.nextInt(48) - 24));
    }
    long events = 0;
    while (!taskFinished) {
      Scheduled next = queue.poll();
      if (next == null) {
        throw new AssertionError("nothing will ever happen again, and the task is not over");
      }
      if (++events > MAX_EVENTS) {
        throw new AssertionError("the task goes on and on");
      }
      micros = next.micros;
      next.action.run();
    }
    return invariants.checkEnd();
  }

  /** One line of what happens, when a single seed is replayed. */
  void trace(Object what) {
    if (TRACE) {
      System.out.println(micros / 1e6 + " " + what);
    }
  }

  Moment now() {
    Duration uptime = Duration.ofNanos(micros * 1000);
    return new Moment(EPOCH.plus(uptime).plus(clockOffset), uptime);
  }

  void in(long delayMicros, Runnable action) {
    queue.add(new Scheduled(micros + delayMicros, order++, action));
  }

  // --- the runner -------------------------------------------------------------------------------

  private void startRunner() {
    if (taskFinished || runner.isPresent()) {
      return;
    }
    SimulatedRunner started = new SimulatedRunner(this, ++generation);
    runner = Optional.of(started);
    alive(started, started::start);
  }

  /**
   * Runs a piece of the runner's life; a crash in it ends the runner and has another one started.
   */
  void alive(SimulatedRunner who, Runnable life) {
    if (runner.isEmpty() || runner.get() != who) {
      return;
    }
    try {
      life.run();
    } catch (Crash e) {
      crashRunner();
    }
  }

  void crashRunner() {
    if (runner.isPresent()) {
      trace("the runner is killed");
      runnerCrashes++;
      runner = Optional.empty();
      in(random.nextInt(3_000_000), this::startRunner);
    }
  }

  /** A point at which the runner may be killed. Becomes rarer, so that every task ends. */
  void crashPoint() {
    if (chaos.runnerCrashPercent() > 0
        && runnerCrashes < 50
        && random.nextInt(100) < chaos.runnerCrashPercent()) {
      throw new Crash();
    }
  }

  void runnerIsDone() {
    runner = Optional.empty();
    taskFinished = true;
  }

  private void askToStop(Stop stop) {
    if (runner.isPresent()) {
      SimulatedRunner present = runner.get();
      alive(
          present,
          () -> present.receive(new TaskEvent.StopRequested(stop.outcome(), stop.budget())));
    }
    if (!taskFinished && stopOrder.isEmpty()) {
      // Whoever wants the task to end asks again until it is durable that he did, and never after.
      in(5_000_000, () -> askToStop(stop));
    }
  }

  boolean isCurrent(int someGeneration) {
    return runner.isPresent() && generation == someGeneration;
  }

  // --- coordinators -----------------------------------------------------------------------------

  Optional<SimulatedCoordinator> holderOf(String process) {
    return coordinators.stream().filter(c -> c.present && c.process.equals(process)).findFirst();
  }

  void launch(TaskEffect.Launch launch) {
    if (holderOf(launch.process()).isPresent()) {
      tell(new TaskEvent.LaunchDeferred(launch.process()), 500);
      return;
    }
    Script script =
        scenario.script(launch.process(), naturalEnds.getOrDefault(launch.process(), 0));
    SimulatedCoordinator coordinator =
        new SimulatedCoordinator(
            launch.process(), launch.run(), nextPid++, generation, launch.seq() + 1, script);
    coordinators.add(coordinator);
    in(random.nextInt(3_000), () -> fork(coordinator));
  }

  private void fork(SimulatedCoordinator coordinator) {
    if (!coordinator.present) {
      return;
    }
    if (!isCurrent(coordinator.generation)) {
      coordinator.present = false; // Its runner died before FORKED was written: without a trace.
      announceGone(coordinator);
      return;
    }
    invariants.checkFork(coordinator);
    append(
        coordinator,
        ProcessStatus.forked(
            coordinator.nextSeq++, coordinator.process, coordinator.pid, now().wall()));
    in(1_000 + random.nextInt(4_000), () -> spawn(coordinator));
  }

  private void spawn(SimulatedCoordinator coordinator) {
    if (!coordinator.present) {
      return;
    }
    invariants.checkStart(coordinator);
    coordinator.treeAlive = true;
    append(
        coordinator,
        ProcessStatus.running(coordinator.nextSeq++, coordinator.process, nextPid++, now().wall()));
    Script script = coordinator.script;
    if (script.exitCode().isPresent()) {
      in(
          script.millis() * 1000,
          () -> {
            if (coordinator.present && coordinator.ended.isEmpty()) {
              naturalEnds.merge(coordinator.process, 1, Integer::sum);
              end(coordinator, script.signalled() ? -11 : script.exitCode().get());
            }
          });
    }
  }

  void terminate(String process) {
    holderOf(process)
        .filter(coordinator -> coordinator.treeAlive)
        .ifPresent(
            coordinator -> {
              if (coordinator.script.manners() == Manners.POLITE) {
                in(random.nextInt(5_000), () -> end(coordinator, -15));
              } else if (coordinator.script.manners() == Manners.SLOW) {
                in(2_000_000, () -> end(coordinator, 0));
              }
            });
  }

  void kill(String process) {
    holderOf(process)
        .filter(coordinator -> coordinator.treeAlive)
        .ifPresent(coordinator -> in(random.nextInt(2_000), () -> end(coordinator, -9)));
  }

  void killTree(String process) {
    for (SimulatedCoordinator coordinator : coordinators) {
      if (coordinator.process.equals(process)) {
        coordinator.present = false;
        coordinator.treeAlive = false;
      }
    }
    tell(new TaskEvent.TreeKilled(process, List.of()), 1_000);
  }

  private void end(SimulatedCoordinator coordinator, int code) {
    if (!coordinator.present || coordinator.ended.isPresent()) {
      return;
    }
    coordinator.treeAlive = false;
    ProcessState state =
        code == 0 ? ProcessState.SUCCESS : code > 0 ? ProcessState.FAILED : ProcessState.KILLED;
    coordinator.ended = Optional.of(state);
    append(
        coordinator,
        ProcessStatus.ended(coordinator.nextSeq++, coordinator.process, state, now().wall(), code));
    in(
        random.nextInt(4_000),
        () -> {
          coordinator.present = false;
          announceGone(coordinator);
        });
  }

  private void crashSomeCoordinator() {
    List<SimulatedCoordinator> present = coordinators.stream().filter(c -> c.present).toList();
    if (!present.isEmpty()) {
      SimulatedCoordinator victim = present.get(random.nextInt(present.size()));
      victim.present = false; // What it started goes on without it.
      announceGone(victim);
    }
  }

  private void reboot() {
    for (SimulatedCoordinator coordinator : coordinators) {
      coordinator.present = false;
      coordinator.treeAlive = false;
    }
    crashRunner();
  }

  private void append(SimulatedCoordinator coordinator, ProcessStatus status) {
    trace("coordinator " + coordinator.pid + " writes " + status);
    coordinatorStreams.computeIfAbsent(coordinator.process, p -> new ArrayList<>()).add(status);
    runner.ifPresent(
        present -> in(200, () -> alive(present, () -> present.readStream(coordinator.process))));
  }

  private void announceGone(SimulatedCoordinator coordinator) {
    runner.ifPresent(
        present ->
            in(200, () -> alive(present, () -> present.coordinatorGone(coordinator.process))));
  }

  private void tell(TaskEvent event, long delayMicros) {
    runner.ifPresent(
        present -> in(delayMicros, () -> alive(present, () -> present.receive(event))));
  }
}
