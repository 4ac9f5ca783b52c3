package org.thermos.cli;

import org.apache.mesos.Protos.TaskStatus;

/** What happens while a task runs. */
sealed interface RunEvent {
  /** The scheduler's side got an update. */
  record Updated(TaskStatus status) implements RunEvent {}

  /** The executor's process is gone. */
  record ExecutorEnded(int waitStatus) implements RunEvent {}

  /** The user wants the task to end: SIGINT or SIGTERM. */
  record StopAsked() implements RunEvent {}

  /** Nothing happened for as long as there was patience. */
  record TimedOut() implements RunEvent {}
}
