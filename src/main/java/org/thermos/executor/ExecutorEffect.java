package org.thermos.executor;

/** Something an {@link ExecutorMachine} wants done. */
sealed interface ExecutorEffect {

  /** Tell the scheduler. */
  record SendUpdate(TaskUpdate update) implements ExecutorEffect {}

  /** There is a task from now on. */
  record BeginTask(String taskId, Company company) implements ExecutorEffect {}

  /** Whether a task has the executor to itself, and so its directory. */
  enum Company {
    ALONE,
    AMONG_OTHERS
  }

  /** Nothing more will be done to this task. */
  record EndTask(String taskId) implements ExecutorEffect {}

  /** Do something to a task. */
  record OfTask(String taskId, SupervisionEffect effect) implements ExecutorEffect {}

  /** Let the driver end once the agent has what it was sent, and the executor after it. */
  record StopDriver(ExecutorExit exit) implements ExecutorEffect {}

  /** Tell the operator, in the executor's log. */
  record Report(String text) implements ExecutorEffect {}
}
