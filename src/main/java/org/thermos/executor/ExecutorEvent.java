package org.thermos.executor;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.config.Assignment;
import org.thermos.process.ExitStatus;

/** Something that happened outside and that an {@link ExecutorMachine} has to decide about. */
sealed interface ExecutorEvent {

  /** The agent knows this executor. */
  record Registered(KillingUpdates killingUpdates) implements ExecutorEvent {}

  /** Whether the framework understands TASK_KILLING. */
  enum KillingUpdates {
    WANTED,
    UNKNOWN
  }

  /**
   * A task came.
   *
   * @param grace what its kill policy leaves it, if it has one
   */
  record LaunchRequested(String taskId, Assignment assignment, Optional<Duration> grace)
      implements ExecutorEvent {}

  /** A task came that cannot be decoded. */
  record LaunchRefused(String taskId, String message) implements ExecutorEvent {}

  /** The answer to {@link ExecutorEffect.Prepare}. */
  record Prepared(PreparedTask task) implements ExecutorEvent {}

  /** The other answer to it. */
  record NotPrepared(String message) implements ExecutorEvent {}

  /** The program of the runner could not be executed. */
  record RunnerNotStarted(String reason) implements ExecutorEvent {}

  /** The runner ended, and its checkpoint has been read to the end. */
  record RunnerExited(RunnerExit exit) implements ExecutorEvent {}

  /**
   * How a runner ended.
   *
   * @param cause what it left to be said about that
   */
  record RunnerExit(ExitStatus status, Optional<String> cause) {}

  /**
   * A record appeared in the task's checkpoint.
   *
   * @param run of a process' record: index in the process' history, from 0
   */
  record Recorded(CheckpointRecord record, int run) implements ExecutorEvent {}

  /**
   * The answer to {@link ExecutorEffect.ForceKill}.
   *
   * @param survivors pids of what could not be killed; usually none
   */
  record Forced(List<Integer> survivors) implements ExecutorEvent {}

  /** A checker has something to say. */
  record CheckerReported(Checker checker, StatusResult status) implements ExecutorEvent {}

  /**
   * The scheduler wants a task to end.
   *
   * @param grace in place of what the task's own kill policy leaves it
   */
  record KillRequested(String taskId, Optional<Duration> grace) implements ExecutorEvent {}

  /**
   * The executor has to end, and its task with it.
   *
   * @param grace after which it is killed
   */
  record ShutdownRequested(Duration grace) implements ExecutorEvent {}

  /** The driver has ended by itself: nobody is there to report to. */
  record AgentLost(String message) implements ExecutorEvent {}

  /** Something went wrong in the executor itself. */
  record Faulted(String cause) implements ExecutorEvent {}

  /** The time asked for by the last decision has come. */
  record TimerFired() implements ExecutorEvent {}
}
