package org.thermos.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.thermos.checkpoint.CheckpointDispatcher;
import org.thermos.checkpoint.CheckpointException;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.RunnerHeader;
import org.thermos.checkpoint.TaskHistory;
import org.thermos.checkpoint.TaskState;
import org.thermos.checkpoint.TaskStatus;
import org.thermos.config.Constraint;
import org.thermos.config.ProcessConfig;
import org.thermos.config.Task;
import org.thermos.plan.InvalidScheduleException;
import org.thermos.plan.PlannedProcess;
import org.thermos.plan.RunLimit;
import org.thermos.plan.TaskPlanner;

/**
 * How far a task has come: what its records add up to, and what its two plans make of it. The same
 * code learns from a record whether it is replayed from disk or has just been decided. Not
 * thread-safe.
 */
public final class TaskProgress {
  /**
   * A run without an end.
   *
   * @param run index in the process' history, from 0
   */
  record OpenRun(ProcessStatus status, int run) {
    String process() {
      return status.process();
    }

    ProcessState state() {
      return status.state();
    }

    /**
     * Sequence number of the run's WAITING record: WAITING, FORKED and RUNNING follow each other.
     */
    long waitingSeq() {
      return status.seq() - status.state().value();
    }
  }

  private final Task task;
  private final TaskPlanner regular;
  private final TaskPlanner finalizing;
  private final TaskHistory history = new TaskHistory();
  private final CheckpointDispatcher dispatcher = new CheckpointDispatcher(history);
  private Optional<Duration> finalizationStart = Optional.empty();

  private TaskProgress(Task task, TaskPlanner regular, TaskPlanner finalizing) {
    this.task = task;
    this.regular = regular;
    this.finalizing = finalizing;
  }

  /**
   * A task of which nothing has been recorded.
   *
   * @throws InvalidScheduleException if the constraints cannot be kept
   */
  public static TaskProgress of(Task task, RunLimit limit) throws InvalidScheduleException {
    return new TaskProgress(task, plan(task, false, limit), plan(task, true, limit));
  }

  private static TaskPlanner plan(Task task, boolean isFinal, RunLimit limit)
      throws InvalidScheduleException {
    List<PlannedProcess> processes = new ArrayList<>();
    for (ProcessConfig process : task.processes()) {
      if (process.isFinal() == isFinal) {
        processes.add(
            new PlannedProcess(
                process.name(),
                process.daemon(),
                process.ephemeral(),
                process.maxFailures(),
                process.minDuration()));
      }
    }
    List<List<String>> orders = new ArrayList<>();
    for (Constraint constraint : task.constraints()) {
      orders.add(constraint.order());
    }
    return TaskPlanner.create(processes, orders, limit);
  }

  /**
   * Learns from a record that an earlier runner made durable. What was seen before is skipped.
   *
   * @param clock by which the record was written
   * @throws CheckpointException if the record does not fit what is known
   */
  void replay(CheckpointRecord record, RecordedClock clock) throws CheckpointException {
    if (!dispatcher.dispatch(record, CheckpointDispatcher.Mode.RECOVERY)) {
      return;
    }
    if (record instanceof ProcessStatus status) {
      learn(status, status.stopTime().map(clock::uptimeOf).orElse(clock.uptime()));
    } else if (record instanceof TaskStatus status
        && (status.state() == TaskState.CLEANING || status.state() == TaskState.FINALIZING)
        && finalizationStart.isEmpty()) {
      finalizationStart = Optional.of(clock.uptimeOf(status.timestamp()));
    }
  }

  /** Learns from a record that is about to be made durable. */
  void apply(CheckpointRecord record, Moment now) throws CheckpointException {
    dispatcher.dispatch(record, CheckpointDispatcher.Mode.STRICT);
    if (record instanceof ProcessStatus status) {
      learn(status, now.uptime());
    }
  }

  private void learn(ProcessStatus status, Duration end) throws CheckpointException {
    String process = status.process();
    Optional<TaskPlanner> plan = planOf(process);
    if (plan.isEmpty()) {
      throw new CheckpointException("The task has no process " + process + "!");
    }
    try {
      switch (status.state()) {
        case WAITING -> plan.get().setRunning(process);
        case FORKED, RUNNING -> {
          // It has been running, as far as the plan is concerned, since it was WAITING.
        }
        case SUCCESS -> plan.get().addSuccess(process, end);
        case FAILED -> plan.get().addFailure(process, end);
        // A process that dies of a signal is run again, like one that was lost (planner 2.4).
        case KILLED, LOST -> plan.get().addLost(process, end);
      }
    } catch (IllegalStateException e) {
      throw new CheckpointException(
          "Process " + process + " cannot be " + status.state() + " now: " + e.getMessage());
    }
  }

  Task task() {
    return task;
  }

  public TaskState state() {
    return history.state();
  }

  /** The plan of the present stage; before FINALIZING the regular one. */
  TaskPlanner plan() {
    return state() == TaskState.FINALIZING ? finalizing : regular;
  }

  /** Whether the present stage starts processes and this is one of them. */
  boolean isCurrent(String process) {
    return switch (state()) {
      case ACTIVE -> regular.contains(process);
      case FINALIZING -> finalizing.contains(process);
      case CLEANING, SUCCESS, FAILED, KILLED, LOST -> false;
    };
  }

  /** Whether the regular plan can still, or did, end well (runner 3.6). */
  boolean isHealthy() {
    return !regular.isDeadlocked()
        && (task.maxFailures() == 0 || regular.failedCount() < task.maxFailures());
  }

  Optional<RunnerHeader> header() {
    return history.header();
  }

  long nextSeq(String process) {
    return history.lastRun(process).map(run -> run.seq() + 1).orElse(0L);
  }

  /** Index of the process' last run, from 0. */
  int lastRun(String process) {
    return history.runs(process).size() - 1;
  }

  /** Whether this is the record that comes next in the process' last run. */
  boolean isNext(ProcessStatus status) {
    return history
        .lastRun(status.process())
        .filter(run -> !run.state().isTerminal() && status.seq() == run.seq() + 1)
        .isPresent();
  }

  /** The runs without an end, in the order in which their processes first ran. */
  List<OpenRun> openRuns() {
    List<OpenRun> open = new ArrayList<>();
    for (String process : history.processes()) {
      ProcessStatus run = history.lastRun(process).orElseThrow();
      if (!run.state().isTerminal()) {
        open.add(new OpenRun(run, lastRun(process)));
      }
    }
    return open;
  }

  /** When the finalization budget began to run, if it did under an earlier runner. */
  Optional<Duration> finalizationStart() {
    return finalizationStart;
  }

  private Optional<TaskPlanner> planOf(String process) {
    if (regular.contains(process)) {
      return Optional.of(regular);
    }
    return finalizing.contains(process) ? Optional.of(finalizing) : Optional.empty();
  }
}
