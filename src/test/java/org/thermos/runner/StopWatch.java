package org.thermos.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.TaskHistory;
import org.thermos.checkpoint.TaskState;
import org.thermos.checkpoint.TaskStatus;

/**
 * Watches when, and why, a task of a simulated world comes to its end: not before its time, not
 * after it, and as it was asked to.
 */
final class StopWatch {
  private static final long SECOND = 1_000_000;

  /** What a record of the task tells no finer. */
  private static final long MILLISECOND = 1_000;

  /** How long the end may take once it is due: a second's patience, and what resists. */
  private static final long SLACK = 6 * SECOND;

  /** The longest pause before it is tried again to write to the disk. */
  private static final long RETRY = 5 * SECOND;

  private final SimulatedWorld world;
  private final TaskHistory history;
  private final Expectation expectation;

  /** Every stop that some runner took up. */
  private final List<StopOrder> heard = new ArrayList<>();

  /** The earliest deadline that the present runner was told itself. */
  private Optional<Long> told = Optional.empty();

  /** The earliest deadline that some runner found; later ones must not give more time. */
  private Optional<Long> left = Optional.empty();

  private long decidedAt;
  private Optional<Long> cleaningTried = Optional.empty();
  private Optional<Long> cleaningSince = Optional.empty();
  private long wellSince;
  private boolean isWell;

  StopWatch(SimulatedWorld world, TaskHistory history, Expectation expectation) {
    this.world = world;
    this.history = history;
    this.expectation = expectation;
  }

  private long now() {
    return world.time.micros();
  }

  private long finalizationWait() {
    return Invariants.micros(world.scenario.task().finalizationWait());
  }

  void runnerStarts() {
    told = Optional.empty();
    if (!world.disk.stopFile().isDurable()) {
      return;
    }
    order().ifPresent(it -> left = Optional.of(Math.min(left.orElse(deadline(it)), deadline(it))));
  }

  /** A runner decides about all events at hand, from now on. */
  void decides() {
    decidedAt = now();
  }

  void heard(StopOrder stop) {
    StopOrder order = new StopOrder(stop.outcome(), world.sinceBeginning(stop.deadline()));
    heard.add(order);
    told = Optional.of(Math.min(told.orElse(Long.MAX_VALUE), deadline(order)));
  }

  /** Checked when a process is launched. */
  void checkLaunch(TaskEffect launch) {
    Violation.unless(
        told.isEmpty() || told.get() >= decidedAt, "nothing is begun when the time is up", launch);
  }

  /** What nobody may forget any more. */
  private Optional<StopOrder> order() {
    return world.disk.stopFile().meaning();
  }

  /** Whether this may be done though the disk does not take its record. */
  boolean mayComeFirst(TaskEffect effect) {
    boolean ends =
        effect instanceof TaskEffect.Terminate
            || effect instanceof TaskEffect.Kill
            || effect instanceof TaskEffect.KillTree;
    boolean looks = effect instanceof TaskEffect.Adopt;
    return (looks || (ends && !heard.isEmpty())) && world.disk.hasHadTrouble();
  }

  void runnerIsWell() {
    wellSince = now();
    isWell = true;
  }

  /** The runner is killed or stopped. */
  void runnerFails() {
    checkPunctuality();
    isWell = false;
  }

  void aboutToWrite(List<CheckpointRecord> records) {
    for (CheckpointRecord record : records) {
      if (record instanceof TaskStatus status
          && status.state() != TaskState.ACTIVE
          && cleaningTried.isEmpty()) {
        // While the disk takes nothing, what is decided is written later.
        Duration age = Duration.between(status.timestamp(), world.now().wall());
        cleaningTried =
            Optional.of(now() - (world.disk.hasHadTrouble() ? Invariants.micros(age) : 0));
      }
    }
  }

  /** Checked when a record of a new state is durable, with what came before it known. */
  void checkTransition(TaskState state) {
    switch (state) {
      case ACTIVE, FINALIZING -> {
        // What may follow what, the dispatcher knows.
      }
      case CLEANING -> {
        cleaningSince = Optional.of(now());
        Violation.unless(
            !heard.isEmpty() || expectation.isComplete(false) || !expectation.isHealthy(),
            "a task is ended only when it is over or was told to",
            "CLEANING");
      }
      case SUCCESS, FAILED -> {
        checkPatience(state);
        checkPunctuality();
        Violation.unless(
            expectation.isHealthy() == (state == TaskState.SUCCESS),
            "the outcome is what the records say",
            state);
        Violation.unless(order().isEmpty(), "a stop is never forgotten", state, "not", order());
      }
      case KILLED, LOST -> {
        checkPatience(state);
        checkPunctuality();
        Violation.unless(
            heard.stream().anyMatch(stop -> stop.outcome() == state),
            "a task is ended only when it is over or was told to",
            state);
        Violation.unless(
            order().filter(stop -> stop.outcome() == state).isPresent(),
            "a stop is never forgotten",
            state,
            "not",
            order());
      }
    }
  }

  /** Checked when what is left is killed: either nothing is due any more, or the time is up. */
  void checkPatience(Object what) {
    if (!world.keepsTime()) {
      return;
    }
    boolean isDone =
        history.state() == TaskState.FINALIZING
            && (expectation.isComplete(true) || expectation.isDeadlocked(true));
    long earliest = heard.stream().mapToLong(StopWatch::deadline).min().orElse(Long.MAX_VALUE);
    earliest = Math.min(earliest, cleaningTried.orElse(now()) + finalizationWait());
    Violation.unless(
        isDone || now() >= earliest - MILLISECOND,
        "finalizers get their turn and processes their time",
        what,
        "in",
        history.state(),
        (earliest - now()) / 1000,
        "ms too early");
  }

  private void checkPunctuality() {
    if (history.state().isTerminal() || !isWell || !world.keepsTime()) {
      return;
    }
    Optional<Long> deadline = latestDeadline();
    long diskSince = world.disk.hasHadTrouble() ? world.disk.troubleUntil() + RETRY : 0;
    long since = Math.max(Math.max(wellSince, diskSince), deadline.orElse(now()));
    Violation.unless(
        now() - since <= SLACK,
        "deadlines are kept",
        (now() - since) / SECOND,
        "s over in",
        history.state());
  }

  /** The latest at which the task has to end; empty as long as it may take as long as it wants. */
  private Optional<Long> latestDeadline() {
    if (order().isPresent()) {
      return order().map(it -> Math.min(deadline(it), left.orElse(Long.MAX_VALUE)));
    }
    // Of a stop that was heard and is not durable, nobody knows whether it is remembered.
    Optional<Long> byItself = cleaningSince.map(since -> since + finalizationWait());
    Optional<Long> asTold = heard.stream().map(StopWatch::deadline).max(Long::compare);
    return byItself.map(at -> Math.max(at, asTold.orElse(at)));
  }

  private static long deadline(StopOrder stop) {
    return Invariants.micros(stop.deadline());
  }
}
