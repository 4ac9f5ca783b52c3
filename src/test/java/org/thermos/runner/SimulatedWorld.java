package org.thermos.runner;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.thermos.checkpoint.RecordReader;
import org.thermos.checkpoint.TaskState;
import org.thermos.process.CoordinatorEnd;
import org.thermos.process.ExitStatus;
import org.thermos.process.Signal;

/**
 * A host in memory: a clock, a disk that keeps what was synced, coordinators with what they
 * started, and one runner at a time, which may be killed between any two of its steps. Everything
 * that happens is drawn from one seed, so that a run can be replayed exactly.
 */
public final class SimulatedWorld {

  /** Whoever starts the runner and looks after it, in place of one who starts it for ever. */
  public interface Keeper {
    void runnerEnded(ExitStatus how);

    /** The runner's stream may have changed. */
    void streamChanged();
  }

  /** A piece of the runner's life. */
  interface Life {
    void live() throws IOException;
  }

  /** The runner was killed here. */
  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1;

    Crash() {
      super("killed", null, false, false);
    }
  }

  private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration FIRST_BOOT = Duration.ofDays(-3);

  /** How long a graceful stop may take when nobody says otherwise. */
  static final Duration KILL_WAIT = Duration.ofSeconds(60);

  private static final int MOST_CRASHES = 50;

  final SimulatedTime time;
  final Random random;
  final Scenario scenario;
  final Chaos chaos;
  final SimulatedDisk disk;
  final SimulatedHost host;
  final Invariants invariants;

  private Optional<Keeper> keeper = Optional.empty();
  private Duration bootedAt = FIRST_BOOT;
  private Duration clockOffset = Duration.ZERO;
  private Optional<SimulatedRunner> runner = Optional.empty();
  private int generation;
  private long frozenUntil;
  private long clockSetAt = -1;
  private int crashes;
  private boolean isOver;

  public SimulatedWorld(long seed, Scenario scenario, Chaos chaos, SimulatedTime time) {
    this.time = time;
    this.random = new Random(seed);
    this.scenario = scenario;
    this.chaos = chaos;
    this.disk = new SimulatedDisk(time, random);
    this.invariants = new Invariants(this);
    this.host = new SimulatedHost(this);
    time.trace("scenario", scenario.task());
    time.trace("scenario", chaos);
    often(chaos.runnerKills(), this::killRunner);
    often(chaos.freezes(), this::freeze);
    often(chaos.coordinatorKills(), host::crashSomeCoordinator);
    often(chaos.powerCuts(), this::powerCut);
    often(chaos.clockSteps(), this::stepClock);
    often(chaos.diskTroubles(), () -> disk.troubleFor(Chaos.sometime(random)));
    for (Chaos.Stop stop : chaos.stops()) {
      time.in(stop.at().toNanos() / 1000, () -> ask(stop));
    }
  }

  private void often(int times, Runnable what) {
    for (int i = 0; i < times; i++) {
      time.in(Chaos.sometime(random), what);
    }
  }

  public void keep(Keeper newKeeper) {
    keeper = Optional.of(newKeeper);
  }

  /** Lives the task to its end, with somebody who starts the runner again and again. */
  Invariants run() {
    startRunner(Optional.empty());
    while (!isOver) {
      time.step();
    }
    invariants.checkEnd();
    return invariants;
  }

  Moment now() {
    Duration passed = Duration.ofNanos(time.micros() * 1000);
    return new Moment(EPOCH.plus(passed).plus(clockOffset), passed.minus(bootedAt));
  }

  /** Differs from one start of the machine to the next. */
  String bootId() {
    return "boot" + bootedAt.toNanos();
  }

  /** A time of the present boot's clock in that of the whole world. */
  Duration sinceBeginning(Duration uptime) {
    return uptime.plus(bootedAt);
  }

  /** Whether it can be told how long ago something was: after a reboot only by the wall clock. */
  boolean keepsTime() {
    return chaos.clockSteps() == 0 || (chaos.powerCuts() == 0 && chaos.diskTroubles() == 0);
  }

  /** Whether the task is over and its runner gone. */
  public boolean isOver() {
    return isOver;
  }

  // --- the runner -------------------------------------------------------------------------------

  public void startRunner(Optional<TaskState> stop) {
    if (isOver || runner.isPresent()) {
      return;
    }
    SimulatedRunner started = new SimulatedRunner(this, ++generation);
    runner = Optional.of(started);
    invariants.runnerIsWell();
    live(started, () -> started.start(stop));
  }

  boolean isAlive(int someGeneration) {
    return runner.isPresent() && generation == someGeneration;
  }

  /** Has something happen in a runner's life, unless it is over by then. */
  void inLife(SimulatedRunner who, long delayMicros, Life life) {
    time.in(delayMicros, () -> live(who, life));
  }

  private void live(SimulatedRunner who, Life life) {
    if (!isAlive(who.generation())) {
      return;
    }
    if (time.micros() < frozenUntil) {
      inLife(who, frozenUntil - time.micros(), life);
      return;
    }
    try {
      life.live();
    } catch (Crash e) {
      time.trace(who, "is killed");
      crashes++;
      end(who, new ExitStatus(Signal.KILL.number()));
    } catch (IOException e) {
      time.trace(who, "gives up:", e.getMessage());
      end(who, new ExitStatus(ExitCode.UNKNOWN_ERROR.code() << 8));
    }
  }

  /** Time passes in the midst of what the runner does, and the world goes on. */
  void elapse(SimulatedRunner who, long micros) {
    long until = time.micros() + micros;
    while (time.step(Math.max(until, frozenUntil))) {
      if (!isAlive(who.generation())) {
        throw new Crash();
      }
    }
  }

  /** A point at which the runner may be killed. Not for ever, so that every task ends. */
  void mayDie(SimulatedRunner who) {
    if (!isAlive(who.generation())
        || (crashes < MOST_CRASHES && random.nextInt(100) < chaos.crashPercent())) {
      throw new Crash();
    }
  }

  void runnerExits(SimulatedRunner who, ExitCode code) {
    isOver = true;
    end(who, new ExitStatus(code.code() << 8));
  }

  public void killRunner() {
    runner.ifPresent(
        victim -> {
          time.trace(victim, "is killed");
          end(victim, new ExitStatus(Signal.KILL.number()));
        });
  }

  private void end(SimulatedRunner who, ExitStatus how) {
    if (!isAlive(who.generation())) {
      return;
    }
    invariants.runnerFails();
    runner = Optional.empty();
    frozenUntil = 0;
    if (keeper.isPresent()) {
      keeper.get().runnerEnded(how);
    } else if (!isOver) {
      time.in(
          random.nextInt(10) == 0 ? Chaos.sometime(random) : 100_000,
          () -> startRunner(Optional.empty()));
    }
  }

  private void freeze() {
    if (runner.isPresent()) {
      invariants.runnerFails();
      int most = random.nextInt(3) == 0 ? 300_000_000 : 3_000_000;
      frozenUntil = Math.max(frozenUntil, time.micros() + random.nextInt(most));
      time.trace(runner.get(), "is stopped until", frozenUntil / 1e6);
      time.in(frozenUntil - time.micros(), this::thaw);
    }
  }

  private void thaw() {
    if (runner.isPresent() && time.micros() >= frozenUntil) {
      invariants.runnerIsWell();
    }
  }

  private void ask(Chaos.Stop stop) {
    stopTask(stop.outcome(), stop.budget());
    if (!isOver && !disk.stopFile().isDurable()) {
      // Whoever wants the task to end asks again until it is durable that he did, and never after.
      time.in(5_000_000, () -> ask(stop));
    }
  }

  /** Tells the runner, if there is one, that the task has to end. */
  public void stopTask(TaskState outcome, Duration budget) {
    runner.ifPresent(present -> present.receive(new TaskEvent.StopRequested(outcome, budget)));
  }

  void streamChanged() {
    keeper.ifPresent(Keeper::streamChanged);
  }

  /** The runner's stream as others see it, from {@code offset} on. */
  public RecordReader readStream(long offset) {
    return disk.runnerStream().read(offset);
  }

  public int streamSize() {
    return disk.runnerStream().size();
  }

  /** Kills the runner and all that the task ever started; returns what does not die at once. */
  public List<Integer> killEverything() {
    killRunner();
    return host.killEverything();
  }

  /** What of the task is alive, coordinators that have said all not counted. */
  public List<String> alive() {
    List<String> alive = new ArrayList<>();
    runner.ifPresent(present -> alive.add(present.toString()));
    for (SimulatedCoordinator c : host.coordinators()) {
      if (invariants.isAlive(c)) {
        alive.add(c.toString());
      }
    }
    return alive;
  }

  // --- the rest of the world --------------------------------------------------------------------

  void streamChanged(String process) {
    runner.ifPresent(
        present -> inLife(present, random.nextInt(1_000), () -> present.read(process)));
  }

  void coordinatorLeft(SimulatedCoordinator coordinator, CoordinatorEnd how) {
    runner.ifPresent(
        present ->
            inLife(present, random.nextInt(1_000), () -> present.exited(coordinator.pid, how)));
  }

  private void powerCut() {
    time.trace("host", "loses power");
    host.powerCut();
    disk.powerCut();
    bootedAt = Duration.ofNanos(time.micros() * 1000);
    killRunner();
  }

  /** When the clock was last set, in microseconds; before the beginning if it never was. */
  long clockSetAt() {
    return clockSetAt;
  }

  private void stepClock() {
    clockSetAt = time.micros();
    clockOffset = Duration.ofSeconds(random.nextInt(48 * 3600) - 24 * 3600);
    time.trace("clock", "is set to", now().wall());
  }
}
