package org.thermos.executor;

import java.util.Optional;
import org.thermos.checkpoint.TaskState;
import org.thermos.config.Assignment;
import org.thermos.process.Signal;

/** Something an {@link ExecutorMachine} wants done. */
sealed interface ExecutorEffect {

  /**
   * Tell the scheduler.
   *
   * @param transition of a process, which the message says in words
   */
  record SendUpdate(String taskId, StatusResult status, Optional<ProcessTransition> transition)
      implements ExecutorEffect {}

  /**
   * Make the sandbox and the runner's input. Answered, some time, by {@link ExecutorEvent.Prepared}
   * or {@link ExecutorEvent.NotPrepared}.
   */
  record Prepare(String taskId, Assignment assignment) implements ExecutorEffect {}

  /**
   * Start the runner. What comes of it, {@link ExecutorEvent.Recorded}, {@link
   * ExecutorEvent.RunnerExited} or {@link ExecutorEvent.RunnerNotStarted} tell.
   *
   * @param stop how the task is to end, if the runner is started only to end it
   */
  record StartRunner(PreparedTask task, Optional<TaskState> stop) implements ExecutorEffect {}

  /** Signal the runner; nothing happens if it has ended. */
  record SignalRunner(Signal signal) implements ExecutorEffect {}

  /**
   * Kill the runner and everything it ever started. Answered by {@link ExecutorEvent.Forced},
   * always.
   */
  record ForceKill() implements ExecutorEffect {}

  /**
   * Have the checkers look after the task. What is known at once is the answer; the rest they tell
   * when they know, each by an {@link ExecutorEvent.CheckerReported}.
   */
  record StartCheckers(PreparedTask task) implements ExecutorEffect {}

  /** Have no checker look after the task any more. */
  record StopCheckers() implements ExecutorEffect {}

  /** Let the driver end once the agent has what it was sent, and the executor after it. */
  record StopDriver(ExecutorExit exit) implements ExecutorEffect {}

  /** Tell the operator, in the executor's log. */
  record Report(String text) implements ExecutorEffect {}
}
