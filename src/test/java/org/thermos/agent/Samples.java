package org.thermos.agent;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;

/** The framework, executor and tasks most tests use. */
final class Samples {
  static final FrameworkID FRAMEWORK_ID = FrameworkID.newBuilder().setValue("framework").build();
  static final ExecutorID EXECUTOR_ID = ExecutorID.newBuilder().setValue("executor").build();

  /**
   * Short, so that tests of waiting are short; but no update comes twice only because whoever is to
   * acknowledge it was slow.
   */
  static final Timeouts FAST =
      new Timeouts(
          Duration.ofSeconds(10),
          Duration.ofMillis(700),
          Duration.ofMillis(700),
          Duration.ofMinutes(15),
          Timeouts.DEFAULTS.updateRetryMinimum(),
          Timeouts.DEFAULTS.updateRetryMaximum(),
          Duration.ofMillis(200),
          Duration.ofMillis(200));

  /** Whether the agent checkpoints for the framework. */
  enum Checkpoint {
    ON,
    OFF
  }

  private Samples() {}

  static AgentSettings settings(Path workDirectory, Checkpoint checkpoint) {
    FrameworkInfo framework =
        FrameworkInfo.newBuilder()
            .setId(FRAMEWORK_ID)
            .setUser("root")
            .setName("test")
            .setCheckpoint(checkpoint == Checkpoint.ON)
            .build();
    return AgentSettings.of(workDirectory, framework).with(FAST);
  }

  static ExecutorInfo executor(String command) {
    return ExecutorInfo.newBuilder()
        .setExecutorId(EXECUTOR_ID)
        .setFrameworkId(FRAMEWORK_ID)
        .setCommand(CommandInfo.newBuilder().setValue(command))
        .build();
  }

  static TaskInfo task(String id) {
    return TaskInfo.newBuilder()
        .setTaskId(taskId(id))
        .setName(id)
        .setSlaveId(SlaveID.newBuilder().setValue("to be replaced"))
        .build();
  }

  static TaskID taskId(String id) {
    return TaskID.newBuilder().setValue(id).build();
  }

  /** An executor's status with an uuid made of the seed. */
  static TaskStatus status(String task, TaskState state, int seed) {
    return TaskStatus.newBuilder()
        .setTaskId(taskId(task))
        .setState(state)
        .setUuid(uuid(seed))
        .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
        .build();
  }

  static ByteString uuid(int seed) {
    UUID uuid = new UUID(0, seed);
    return ByteString.copyFrom(
        ByteBuffer.allocate(16)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .flip());
  }

  static Call subscribe() {
    return call(Call.Type.SUBSCRIBE).setSubscribe(Call.Subscribe.getDefaultInstance()).build();
  }

  static Call update(TaskStatus status) {
    return call(Call.Type.UPDATE).setUpdate(Call.Update.newBuilder().setStatus(status)).build();
  }

  static Call message(String data) {
    return call(Call.Type.MESSAGE)
        .setMessage(Call.Message.newBuilder().setData(ByteString.copyFromUtf8(data)))
        .build();
  }

  static Call.Builder call(Call.Type type) {
    return Call.newBuilder().setType(type).setExecutorId(EXECUTOR_ID).setFrameworkId(FRAMEWORK_ID);
  }
}
