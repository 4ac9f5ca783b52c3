package org.thermos.executor;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.Protos.ContainerStatus;
import org.apache.mesos.Protos.Label;
import org.apache.mesos.Protos.Labels;
import org.apache.mesos.Protos.NetworkInfo;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;

/**
 * Writes updates in Mesos' words, with all that Mesos has room for (gaps 9.3 #41). The driver adds
 * who sends it, when, and its name.
 */
final class StatusFactory {
  private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::");

  private final Optional<String> address;

  /**
   * @param address what the agent told the executor to listen at ({@code LIBPROCESS_IP}): where its
   *     tasks are reached. If that is anywhere, or not said, it is left to the agent
   */
  StatusFactory(Optional<String> address) {
    this.address = address.filter(ip -> ip.matches("[0-9a-fA-F.:]+") && !ANY_ADDRESS.contains(ip));
  }

  TaskStatus of(TaskUpdate update) {
    StatusResult status = update.status();
    TaskStatus.Builder message =
        TaskStatus.newBuilder()
            .setTaskId(TaskID.newBuilder().setValue(update.taskId()))
            .setState(wire(status.state()));
    if (!status.message().isEmpty()) {
      message.setMessage(Causes.line(status.message()));
    }
    status.reason().ifPresent(message::setReason);
    update.healthy().ifPresent(message::setHealthy);
    update.check().ifPresent(message::setCheckStatus);
    update
        .transition()
        .ifPresent(transition -> message.setData(ByteString.copyFromUtf8(transition.json())));
    update.transition().or(update::culprit).ifPresent(run -> message.setLabels(labels(run)));
    address.ifPresent(ip -> message.setContainerStatus(container(ip)));
    return message.build();
  }

  private static Labels labels(ProcessTransition transition) {
    Labels.Builder labels = Labels.newBuilder();
    add(labels, "thermos.process", transition.status().process());
    add(labels, "thermos.run", Integer.toString(transition.run()));
    add(labels, "thermos.state", transition.status().state().name());
    transition
        .status()
        .returnCode()
        .ifPresent(
            code -> {
              if (code < 0) {
                add(labels, "thermos.signal", Integer.toString(-code));
              } else {
                add(labels, "thermos.exit_code", Integer.toString(code));
              }
            });
    return labels.build();
  }

  private static void add(Labels.Builder labels, String key, String value) {
    labels.addLabels(Label.newBuilder().setKey(key).setValue(value));
  }

  private static ContainerStatus container(String ip) {
    return ContainerStatus.newBuilder()
        .addNetworkInfos(
            NetworkInfo.newBuilder()
                .addIpAddresses(NetworkInfo.IPAddress.newBuilder().setIpAddress(ip)))
        .build();
  }

  private static TaskState wire(UpdateState state) {
    return switch (state) {
      case STARTING -> TaskState.TASK_STARTING;
      case RUNNING -> TaskState.TASK_RUNNING;
      case KILLING -> TaskState.TASK_KILLING;
      case FINISHED -> TaskState.TASK_FINISHED;
      case FAILED -> TaskState.TASK_FAILED;
      case KILLED -> TaskState.TASK_KILLED;
      case LOST -> TaskState.TASK_LOST;
    };
  }
}
