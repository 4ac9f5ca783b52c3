package org.thermos.mesos;

import java.util.Optional;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Event;

/** Readings of the agent's events. */
final class Events {

  private Events() {}

  /** Whether the event has the part that its type announces; protobuf itself does not demand it. */
  static boolean isComplete(Event event) {
    return switch (event.getType()) {
      case SUBSCRIBED -> event.hasSubscribed();
      case LAUNCH -> event.hasLaunch();
      case LAUNCH_GROUP -> event.hasLaunchGroup();
      case KILL -> event.hasKill();
      case ACKNOWLEDGED -> event.hasAcknowledged();
      case MESSAGE -> event.hasMessage();
      case ERROR -> event.hasError();
      case SHUTDOWN, HEARTBEAT, UNKNOWN -> true;
    };
  }

  static Callback kill(Event.Kill kill) {
    return new Callback.Kill(
        kill.getTaskId(),
        kill.hasKillPolicy() ? Optional.of(kill.getKillPolicy()) : Optional.empty());
  }

  /** The update for a task of a group that the executor cannot launch. */
  static TaskStatus refusal(TaskInfo task) {
    return TaskStatus.newBuilder()
        .setTaskId(task.getTaskId())
        .setState(TaskState.TASK_FAILED)
        .setReason(TaskStatus.Reason.REASON_TASK_GROUP_INVALID)
        .setMessage("This executor launches single tasks, not task groups.")
        .build();
  }
}
