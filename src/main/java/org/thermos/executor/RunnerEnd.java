package org.thermos.executor;

import java.util.List;
import org.thermos.checkpoint.TaskState;
import org.thermos.executor.SupervisionEvent.RunnerExit;

/** How it ended between the executor and the runner of its task. */
sealed interface RunnerEnd {

  /**
   * The runner left, and the executor has nothing to add.
   *
   * @param taskState what it left in the checkpoint
   */
  record Exited(RunnerExit exit, TaskState taskState, Reach reach) implements RunnerEnd {}

  /** How far a runner came. */
  enum Reach {
    /** It never took control of the task: no process of the task can be alive. */
    NEVER_IN_CONTROL,
    IN_CONTROL
  }

  /**
   * The runner left its task behind; what was left of the task has been killed.
   *
   * @param exit the last one of a runner that was to run the task
   * @param starts how many times it was started, the last time only to kill not counted
   * @param survivors pids of what could not be killed; usually none
   */
  record Swept(RunnerExit exit, TaskState taskState, int starts, List<Integer> survivors)
      implements RunnerEnd {}

  /**
   * The runner did not do in time what it was asked to: it was killed with all that it started.
   *
   * @param survivors pids of what could not be killed; usually none
   */
  record Forced(List<Integer> survivors) implements RunnerEnd {}

  /** The runner did not take control of the task in time, and was killed. */
  record LateStart() implements RunnerEnd {}

  /** The program of the runner could not be executed. */
  record NotStarted(String reason) implements RunnerEnd {}
}
