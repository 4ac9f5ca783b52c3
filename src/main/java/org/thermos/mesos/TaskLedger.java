package org.thermos.mesos;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;

/**
 * The tasks the agent handed over: which it may have forgotten, and which it still counts as
 * running.
 */
final class TaskLedger {

  private final Map<TaskID, TaskInfo> unacknowledged = new LinkedHashMap<>();
  private final Set<TaskID> live = new HashSet<>();

  void launched(TaskInfo task) {
    unacknowledged.put(task.getTaskId(), task);
    live.add(task.getTaskId());
  }

  /** Any acknowledged update of a task acknowledges the task. */
  void acknowledged(TaskID task, TaskState state) {
    unacknowledged.remove(task);
    if (isTerminal(state)) {
      live.remove(task);
    }
  }

  /** The tasks to name when subscribing again; a restarted agent would lose them otherwise. */
  Collection<TaskInfo> unacknowledged() {
    return List.copyOf(unacknowledged.values());
  }

  boolean hasLiveTasks() {
    return !live.isEmpty();
  }

  private static boolean isTerminal(TaskState state) {
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
}
