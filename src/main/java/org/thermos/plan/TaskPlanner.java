package org.thermos.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One plan of a task: which of its processes may run when, from their dependencies, their outcomes
 * and the time since their last end (planner 2.2 to 2.6).
 *
 * <p>Times are durations since an origin of the caller's choosing, the same for all calls. What was
 * due at one query stays due, should the next one be for an earlier time. The time of an outcome is
 * that of the end of the run, which may lie in the past (ends recovered from a checkpoint come with
 * their recorded times, unlike in the original, which took the moment of recovery).
 *
 * <p>Among runnable processes the order is that of declaration. Queries cost what they return. Not
 * thread-safe.
 */
public final class TaskPlanner {
  private final List<PlannedProcess> processes;
  private final Map<String, Integer> numbers;
  private final Planner planner;
  private final RunLimit limit;
  private final TimeGate gate;
  private final long[] failures;
  private final long[] runs;

  /**
   * Processes that the task waits for, that is, not ephemeral, and that have not finished or
   * failed.
   */
  private int awaited;

  private TaskPlanner(
      List<PlannedProcess> processes,
      Map<String, Integer> numbers,
      Planner planner,
      RunLimit limit) {
    this.processes = processes;
    this.numbers = numbers;
    this.planner = planner;
    this.limit = limit;
    gate = new TimeGate(processes.size(), planner.runnable());
    failures = new long[processes.size()];
    runs = new long[processes.size()];
    for (PlannedProcess process : processes) {
      awaited += process.ephemeral() ? 0 : 1;
    }
  }

  /**
   * A plan of {@code processes} alone. If two have the same name, the later definition wins.
   *
   * @param orders all constraints of the task; those that name none of {@code processes} are
   *     ignored
   * @throws InvalidScheduleException if the constraints cannot be kept
   */
  public static TaskPlanner create(
      Collection<PlannedProcess> processes,
      Collection<? extends List<String>> orders,
      RunLimit limit)
      throws InvalidScheduleException {
    Map<String, PlannedProcess> byName = new LinkedHashMap<>();
    processes.forEach(process -> byName.put(process.name(), process));
    List<PlannedProcess> numbered = List.copyOf(byName.values());
    Map<String, Integer> numbers = new LinkedHashMap<>();
    numbered.forEach(process -> numbers.put(process.name(), numbers.size()));
    Planner planner = new Planner(numbered.size(), Constraints.links(numbered, numbers, orders));
    return new TaskPlanner(numbered, numbers, planner, limit);
  }

  /** All processes that may start at {@code now}, in declaration order. */
  public List<String> runnableAt(Duration now) {
    return runnableAt(now, Integer.MAX_VALUE);
  }

  /** The first {@code most} processes that may start at {@code now}, in declaration order. */
  public List<String> runnableAt(Duration now, int most) {
    BitSet open = gate.openAt(now);
    List<String> names = new ArrayList<>();
    for (int p = open.nextSetBit(0); p >= 0 && names.size() < most; p = open.nextSetBit(p + 1)) {
      names.add(processes.get(p).name());
    }
    return names;
  }

  /** The processes that only wait for their time, the next due first. */
  public List<String> waitingAt(Duration now) {
    List<String> names = new ArrayList<>();
    gate.closedAt(now).forEach(p -> names.add(processes.get(p).name()));
    return names;
  }

  /**
   * When some process may start: {@code now} if one may already, empty if none will by the passing
   * of time alone.
   */
  public Optional<Duration> nextDue(Duration now) {
    return gate.openAt(now).isEmpty() ? gate.nextDue() : Optional.of(now);
  }

  /**
   * When a process that is held back now comes through, by the passing of time alone; empty if none
   * is held back.
   */
  public Optional<Duration> nextOpening(Duration now) {
    gate.openAt(now);
    return gate.nextDue();
  }

  /**
   * Whether nothing runs, nothing will, and yet the plan is not complete: what is left depends on
   * what failed (runner 3.6).
   */
  public boolean isDeadlocked() {
    return !isComplete() && planner.running().isEmpty() && gate.isEmpty();
  }

  /** Whether this plan has such a process. */
  public boolean contains(String process) {
    return numbers.containsKey(process);
  }

  /**
   * Takes note that a process was started. To say it again while it runs does nothing. The time
   * gate is not asked: a recovered run has started, whatever the gate says.
   *
   * @throws IllegalStateException if the process has finished or failed, or waits for others
   */
  public void setRunning(String process) {
    int p = number(process);
    planner.setRunning(p);
    gate.remove(p);
  }

  /** Takes note of a run that ended well at {@code end}; it must be running. */
  public void addSuccess(String process, Duration end) {
    int p = number(process);
    if (!isSpent(p)) {
      if (processes.get(p).daemon()) {
        runAgain(p, end);
      } else {
        finish(p);
      }
    }
  }

  /** Takes note of a run that failed at {@code end}; it must be running. */
  public void addFailure(String process, Duration end) {
    int p = number(process);
    failures[p]++;
    if (!isSpent(p)) {
      long most = processes.get(p).maxFailures();
      if (most == 0 || failures[p] < most) {
        runAgain(p, end);
      } else if (processes.get(p).ephemeral()) {
        finish(p);
      } else {
        fail(p);
      }
    }
  }

  /**
   * Takes note of a run that was lost or killed at {@code end}; it must be running. This is not a
   * failure.
   */
  public void addLost(String process, Duration end) {
    int p = number(process);
    if (!isSpent(p)) {
      runAgain(p, end);
    }
  }

  /** Gives a running process up, whatever its counts. */
  public void setFailed(String process) {
    fail(number(process));
  }

  /** Whether every process has finished or failed or is ephemeral. Ephemeral ones may still run. */
  public boolean isComplete() {
    return awaited == 0;
  }

  /** In declaration order, as the other two. */
  public Set<String> running() {
    return names(planner.running());
  }

  public Set<String> finished() {
    return names(planner.finished());
  }

  public Set<String> failed() {
    return names(planner.failed());
  }

  public int failedCount() {
    return planner.failed().cardinality();
  }

  /**
   * Counts one more run; at the limit the process has failed, even by a success, even if ephemeral.
   */
  private boolean isSpent(int p) {
    runs[p]++;
    if (!limit.isReachedBy(runs[p])) {
      return false;
    }
    fail(p);
    return true;
  }

  private void runAgain(int p, Duration end) {
    planner.reset(p);
    gate.close(p, end.plus(processes.get(p).minDuration()));
  }

  private void finish(int p) {
    planner.setFinished(p, gate::open);
    settle(p);
  }

  private void fail(int p) {
    planner.setFailed(p);
    settle(p);
  }

  private void settle(int p) {
    if (!processes.get(p).ephemeral()) {
      awaited--;
    }
  }

  private int number(String process) {
    Integer number = numbers.get(process);
    if (number == null) {
      throw new IllegalArgumentException("Cannot find process " + process + " in this plan");
    }
    return number;
  }

  private Set<String> names(BitSet members) {
    Set<String> names = new LinkedHashSet<>();
    for (int p = members.nextSetBit(0); p >= 0; p = members.nextSetBit(p + 1)) {
      names.add(processes.get(p).name());
    }
    return names;
  }
}
