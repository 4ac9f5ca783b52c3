package org.thermos.executor;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Something that happened outside and that an {@link ExecutorMachine} has to decide about. */
sealed interface ExecutorEvent {

  /** The agent knows this executor. */
  record Registered(KillingUpdates killingUpdates) implements ExecutorEvent {}

  /** Whether the framework understands TASK_KILLING. */
  enum KillingUpdates {
    WANTED,
    UNKNOWN
  }

  /** A task came. */
  record LaunchRequested(Launch launch) implements ExecutorEvent {}

  /** A task came that cannot be decoded. */
  record LaunchRefused(String taskId, String message) implements ExecutorEvent {}

  /**
   * Tasks came that share their fate: if one of them does not finish, the others are killed.
   *
   * @param tasks each one a {@link LaunchRequested} or a {@link LaunchRefused}
   */
  record GroupRequested(List<ExecutorEvent> tasks) implements ExecutorEvent {
    public GroupRequested {
      tasks = List.copyOf(tasks);
    }
  }

  /** Something happened to a task. */
  record OfTask(String taskId, SupervisionEvent event) implements ExecutorEvent {}

  /**
   * The scheduler wants a task to end.
   *
   * @param grace in place of what the task's own kill policy leaves it
   */
  record KillRequested(String taskId, Optional<Duration> grace) implements ExecutorEvent {}

  /**
   * The executor has to end, and its tasks with it.
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
