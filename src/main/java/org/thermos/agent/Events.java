package org.thermos.agent;

import com.google.protobuf.ByteString;
import java.util.Optional;
import org.apache.mesos.Protos.ContainerID;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.KillPolicy;
import org.apache.mesos.Protos.SlaveInfo;
import org.apache.mesos.Protos.TaskGroupInfo;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Event;

/** The events an executor gets. */
final class Events {
  private Events() {}

  static Event subscribed(
      ExecutorInfo executor, FrameworkInfo framework, SlaveInfo agent, ContainerID container) {
    return event(Event.Type.SUBSCRIBED)
        .setSubscribed(
            Event.Subscribed.newBuilder()
                .setExecutorInfo(executor)
                .setFrameworkInfo(framework)
                .setSlaveInfo(agent)
                .setContainerId(container))
        .build();
  }

  static Event launch(TaskInfo task) {
    return event(Event.Type.LAUNCH).setLaunch(Event.Launch.newBuilder().setTask(task)).build();
  }

  static Event launchGroup(TaskGroupInfo group) {
    return event(Event.Type.LAUNCH_GROUP)
        .setLaunchGroup(Event.LaunchGroup.newBuilder().setTaskGroup(group))
        .build();
  }

  static Event kill(TaskID task, Optional<KillPolicy> policy) {
    Event.Kill.Builder kill = Event.Kill.newBuilder().setTaskId(task);
    policy.ifPresent(kill::setKillPolicy);
    return event(Event.Type.KILL).setKill(kill).build();
  }

  static Event acknowledged(TaskStatus status) {
    return event(Event.Type.ACKNOWLEDGED)
        .setAcknowledged(
            Event.Acknowledged.newBuilder().setTaskId(status.getTaskId()).setUuid(status.getUuid()))
        .build();
  }

  static Event message(ByteString data) {
    return event(Event.Type.MESSAGE).setMessage(Event.Message.newBuilder().setData(data)).build();
  }

  static Event shutdown() {
    return event(Event.Type.SHUTDOWN).build();
  }

  private static Event.Builder event(Event.Type type) {
    return Event.newBuilder().setType(type);
  }
}
