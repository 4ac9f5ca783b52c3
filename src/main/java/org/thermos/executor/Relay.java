package org.thermos.executor;

/** What the scheduler is told of a task: the values of {@code --relay}. */
enum Relay {
  /** The states of the task, as the original does. */
  TASK,
  /** Every transition of its processes as well. */
  PROCESS
}
