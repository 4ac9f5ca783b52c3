package org.thermos.executor;

import java.util.List;
import java.util.Optional;
import org.apache.mesos.Protos.CheckStatusInfo;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.process.ExitStatus;

/** Something that happened to one task and that its {@link TaskSupervision} has to decide about. */
sealed interface SupervisionEvent {

  /** The answer to {@link SupervisionEffect.Prepare}. */
  record Prepared(PreparedTask task) implements SupervisionEvent {}

  /** The other answer to it. */
  record NotPrepared(StatusResult why) implements SupervisionEvent {}

  /** The program of the runner could not be executed. */
  record RunnerNotStarted(String reason) implements SupervisionEvent {}

  /** The runner ended, and its checkpoint has been read to the end. */
  record RunnerExited(RunnerExit exit) implements SupervisionEvent {}

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
  record Recorded(CheckpointRecord record, int run) implements SupervisionEvent {}

  /**
   * The kernel killed the run that the last record was about, for lack of memory.
   *
   * @param sentence which, and how much it may use, for the user
   */
  record OutOfMemory(String sentence) implements SupervisionEvent {}

  /**
   * The answer to {@link SupervisionEffect.ForceKill}.
   *
   * @param survivors pids of what could not be killed; usually none
   */
  record Forced(List<Integer> survivors) implements SupervisionEvent {}

  /** A checker has something to say. */
  record CheckerReported(Checker checker, StatusResult status) implements SupervisionEvent {}

  /**
   * A health check has found out whether the task is well.
   *
   * @param message why it is not; may be empty
   */
  record HealthChanged(boolean isHealthy, String message, Telling telling)
      implements SupervisionEvent {}

  /** When the scheduler is told what a health check found. */
  enum Telling {
    /** By an update of its own, as Mesos' executors do for the check that Mesos defines. */
    AT_ONCE,
    WITH_THE_NEXT_UPDATE
  }

  /** What the check that Mesos defines found. */
  record CheckChanged(CheckStatusInfo status) implements SupervisionEvent {}

  /** The answer to {@link SupervisionEffect.StopCheckers}: the task is announced no more. */
  record CheckersStopped() implements SupervisionEvent {}

  /**
   * The answer to {@link SupervisionEffect.PostLifecycle}.
   *
   * @param wasHandled whether the task understood
   */
  record LifecycleAnswered(boolean wasHandled) implements SupervisionEvent {}
}
