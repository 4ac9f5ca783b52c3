package org.thermos.runner;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.TaskHistory;
import org.thermos.config.ProcessConfig;

/**
 * What the specification makes of a history (planner 2.4, runner 3.6), told from the records alone
 * and in the plainest way: it shares no code with what it judges.
 */
final class Expectation {
  static final int RUN_CAP = 100;

  private final Scenario scenario;
  private final TaskHistory history;

  Expectation(Scenario scenario, TaskHistory history) {
    this.scenario = scenario;
    this.history = history;
  }

  /** Whether its dependents may start. */
  boolean hasFinished(ProcessConfig process) {
    boolean hasSucceeded = !process.daemon() && count(process, ProcessState.SUCCESS) > 0;
    boolean hasGivenUp = process.ephemeral() && hasUsedUpFailures(process);
    return !hasUsedUpRuns(process) && (hasSucceeded || hasGivenUp);
  }

  boolean hasFailed(ProcessConfig process) {
    return hasUsedUpRuns(process) || (!process.ephemeral() && hasUsedUpFailures(process));
  }

  private boolean hasUsedUpRuns(ProcessConfig process) {
    return history.runs(process.name()).size() >= RUN_CAP && !isOpen(process);
  }

  private boolean hasUsedUpFailures(ProcessConfig process) {
    return process.maxFailures() > 0
        && count(process, ProcessState.FAILED) >= process.maxFailures();
  }

  private boolean isSettled(ProcessConfig process) {
    return hasFinished(process) || hasFailed(process);
  }

  /** Whether a stage has nothing more to wait for. */
  boolean isComplete(boolean isFinal) {
    return stage(isFinal).stream().allMatch(p -> p.ephemeral() || isSettled(p));
  }

  /** Whether what a stage still waits for can never start. */
  boolean isDeadlocked(boolean isFinal) {
    return !isComplete(isFinal)
        && stage(isFinal).stream().allMatch(p -> isSettled(p) || isBlocked(p, new HashSet<>()));
  }

  private boolean isBlocked(ProcessConfig process, Set<String> seen) {
    if (isSettled(process) || !seen.add(process.name())) {
      return false;
    }
    return scenario.predecessors(process.name()).stream()
        .map(scenario::process)
        .anyMatch(p -> hasFailed(p) || isBlocked(p, seen));
  }

  boolean isHealthy() {
    long failed = stage(false).stream().filter(this::hasFailed).count();
    int most = scenario.task().maxFailures();
    return !isDeadlocked(false) && (most == 0 || failed < most);
  }

  private List<ProcessConfig> stage(boolean isFinal) {
    return scenario.task().processes().stream().filter(p -> p.isFinal() == isFinal).toList();
  }

  private boolean isOpen(ProcessConfig process) {
    return history.lastRun(process.name()).filter(run -> !run.state().isTerminal()).isPresent();
  }

  private long count(ProcessConfig process, ProcessState state) {
    return history.runs(process.name()).stream().filter(run -> run.state() == state).count();
  }
}
