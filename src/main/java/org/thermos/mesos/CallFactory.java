package org.thermos.mesos;

import com.google.protobuf.ByteString;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Call.Update;

/** Writes calls that bear the ids of this executor. */
final class CallFactory {

  private final FrameworkID frameworkId;
  private final ExecutorID executorId;
  private final Supplier<ByteString> uuids;
  private final Clock clock;
  private Optional<SlaveID> agentId;

  CallFactory(MesosEnvironment environment, Supplier<ByteString> uuids, Clock clock) {
    this.frameworkId = environment.frameworkId();
    this.executorId = environment.executorId();
    this.agentId = environment.agentId();
    this.uuids = uuids;
    this.clock = clock;
  }

  void agentId(SlaveID id) {
    agentId = Optional.of(id);
  }

  Call subscribe(Collection<TaskInfo> tasks, Collection<Update> updates) {
    return call(Call.Type.SUBSCRIBE)
        .setSubscribe(
            Call.Subscribe.newBuilder()
                .addAllUnacknowledgedTasks(tasks)
                .addAllUnacknowledgedUpdates(updates))
        .build();
  }

  /**
   * An update with a new uuid; what identifies its sender is filled in, and the time if it has
   * none.
   */
  Call update(TaskStatus status) {
    TaskStatus.Builder complete =
        status.toBuilder()
            .setUuid(uuids.get())
            .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
            .setExecutorId(executorId);
    if (!status.hasTimestamp()) {
      Instant now = clock.instant();
      complete.setTimestamp(now.getEpochSecond() + now.getNano() / 1e9);
    }
    // An agent accepts and drops an update with a wrong agent id: none at all is better than a
    // guess.
    agentId.ifPresentOrElse(complete::setSlaveId, complete::clearSlaveId);
    return call(Call.Type.UPDATE).setUpdate(Update.newBuilder().setStatus(complete)).build();
  }

  Call message(ByteString data) {
    return call(Call.Type.MESSAGE).setMessage(Call.Message.newBuilder().setData(data)).build();
  }

  private Call.Builder call(Call.Type type) {
    return Call.newBuilder().setExecutorId(executorId).setFrameworkId(frameworkId).setType(type);
  }
}
