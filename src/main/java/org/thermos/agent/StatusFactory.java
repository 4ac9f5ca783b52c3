package org.thermos.agent;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.mesos.Protos.ContainerStatus;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;

/** Makes the statuses that do not come from an executor, and completes those that do. */
final class StatusFactory {
  private final SlaveID agentId;
  private final String address;
  private final Clock clock;
  private final Supplier<UUID> uuids;

  /**
   * @param address the agent's, which containers without a network of their own share
   */
  StatusFactory(SlaveID agentId, String address, Clock clock, Supplier<UUID> uuids) {
    this.agentId = agentId;
    this.address = address;
    this.clock = clock;
    this.uuids = uuids;
  }

  /** A status of the agent's own; the scheduler has to acknowledge it. */
  TaskStatus fromAgent(
      String task, ExecutorID executor, TaskState state, TaskStatus.Reason reason, String message) {
    return base(task, executor, state, reason, message)
        .setSource(TaskStatus.Source.SOURCE_SLAVE)
        .setUuid(bytes(uuids.get()))
        .build();
  }

  /** What the master says when it lost the agent: no uuid, so there is nothing to acknowledge. */
  TaskStatus fromMaster(
      String task, ExecutorID executor, TaskStatus.Reason reason, String message) {
    return base(task, executor, TaskState.TASK_LOST, reason, message)
        .setSource(TaskStatus.Source.SOURCE_MASTER)
        .build();
  }

  /** An executor's status as the scheduler gets it. */
  TaskStatus complete(TaskStatus status, ExecutorID executor) {
    TaskStatus.Builder completed =
        status.toBuilder()
            .setSlaveId(agentId)
            .setExecutorId(executor)
            .setSource(TaskStatus.Source.SOURCE_EXECUTOR);
    return status.hasTimestamp() ? completed.build() : completed.setTimestamp(now()).build();
  }

  /**
   * Adds what the agent knows of the container, as a real agent merges it: its fields win, and the
   * address is the agent's unless the executor tells another. A status that names another container
   * is left as it is: nothing is known of that one.
   */
  TaskStatus inContainer(TaskStatus status, ContainerStatus known) {
    ContainerStatus told = status.getContainerStatus();
    if (told.hasContainerId() && !told.getContainerId().equals(known.getContainerId())) {
      return status;
    }
    ContainerStatus.Builder merged = told.toBuilder().mergeFrom(known);
    if (merged.getNetworkInfosCount() == 0) {
      merged.addNetworkInfosBuilder().addIpAddressesBuilder().setIpAddress(address);
    }
    return status.toBuilder().setContainerStatus(merged).build();
  }

  /** Whether an executor's status is meant for another agent. */
  boolean isForeign(TaskStatus status) {
    return status.hasSlaveId() && !status.getSlaveId().equals(agentId);
  }

  private TaskStatus.Builder base(
      String task, ExecutorID executor, TaskState state, TaskStatus.Reason reason, String message) {
    return TaskStatus.newBuilder()
        .setTaskId(TaskID.newBuilder().setValue(task))
        .setState(state)
        .setReason(reason)
        .setMessage(message)
        .setSlaveId(agentId)
        .setExecutorId(executor)
        .setTimestamp(now());
  }

  private double now() {
    Instant now = clock.instant();
    return now.getEpochSecond() + now.getNano() / 1e9;
  }

  private static ByteString bytes(UUID uuid) {
    ByteBuffer buffer = ByteBuffer.allocate(16);
    buffer.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    return ByteString.copyFrom(buffer.flip());
  }
}
