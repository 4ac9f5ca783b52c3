package org.thermos.agent;

import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.TaskState;

/** Which of Mesos's task states end a task, and what a lost one is called. */
final class TaskStates {
  private TaskStates() {}

  static boolean isTerminal(TaskState state) {
    return switch (state) {
      case TASK_FINISHED,
          TASK_FAILED,
          TASK_KILLED,
          TASK_ERROR,
          TASK_LOST,
          TASK_DROPPED,
          TASK_GONE,
          TASK_GONE_BY_OPERATOR ->
          true;
      case TASK_STAGING,
          TASK_STARTING,
          TASK_RUNNING,
          TASK_KILLING,
          TASK_UNREACHABLE,
          TASK_UNKNOWN ->
          false;
    };
  }

  /** Frameworks that do not know the finer states are told LOST. */
  static TaskState lost(FrameworkInfo framework, TaskState finer) {
    boolean aware =
        framework.getCapabilitiesList().stream()
            .anyMatch(c -> c.getType() == FrameworkInfo.Capability.Type.PARTITION_AWARE);
    return aware ? finer : TaskState.TASK_LOST;
  }
}
