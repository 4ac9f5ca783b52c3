package org.thermos.executor;

import java.util.Optional;
import org.thermos.checkpoint.TaskState;
import org.thermos.config.Lifecycle;
import org.thermos.process.Signal;

/** Something a {@link TaskSupervision} wants done to its task. */
sealed interface SupervisionEffect {

  /**
   * Make the sandbox and the runner's input. Answered, some time, by {@link
   * SupervisionEvent.Prepared} or {@link SupervisionEvent.NotPrepared}.
   */
  record Prepare(Launch launch) implements SupervisionEffect {}

  /**
   * Start the runner. What comes of it, {@link SupervisionEvent.Recorded}, {@link
   * SupervisionEvent.RunnerExited} or {@link SupervisionEvent.RunnerNotStarted} tell.
   *
   * @param stop how the task is to end, if the runner is started only to end it
   */
  record StartRunner(PreparedTask task, Optional<TaskState> stop) implements SupervisionEffect {}

  /** Signal the runner; nothing happens if it has ended. */
  record SignalRunner(Signal signal) implements SupervisionEffect {}

  /**
   * Kill the runner and everything it ever started. Answered by {@link SupervisionEvent.Forced},
   * always.
   */
  record ForceKill() implements SupervisionEffect {}

  /** The task is up: have the checkers look after it and tell what they find. */
  record StartCheckers(PreparedTask task) implements SupervisionEffect {}

  /**
   * Have no checker look after the task any more. Answered by {@link
   * SupervisionEvent.CheckersStopped} once the task is announced nowhere, or that is hopeless.
   */
  record StopCheckers() implements SupervisionEffect {}

  /**
   * Tell the task itself that it is to stop (executor 6.10). Answered by {@link
   * SupervisionEvent.LifecycleAnswered}.
   */
  record PostLifecycle(int port, Lifecycle.Step step) implements SupervisionEffect {}
}
