package org.thermos.cli;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.List;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.Environment;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.Resource;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.Value;
import org.thermos.config.JobKey;
import org.thermos.config.Resources;

/** What Aurora's scheduler sends for a task (executor 6.1). */
final class LaunchMessages {
  private static final double BYTES_PER_MEGABYTE = 1 << 20;

  private LaunchMessages() {}

  static FrameworkInfo framework(String user, boolean checkpoint) {
    return FrameworkInfo.newBuilder()
        .setId(FrameworkID.newBuilder().setValue("local"))
        .setName("thermos local")
        .setUser(user)
        .setCheckpoint(checkpoint)
        .addCapabilities(
            FrameworkInfo.Capability.newBuilder()
                .setType(FrameworkInfo.Capability.Type.TASK_KILLING_STATE))
        .build();
  }

  /**
   * @param program of the executor
   * @param flags its arguments
   * @param javaHome the JVM it is to use
   */
  static ExecutorInfo executor(
      String taskId, FrameworkInfo framework, Path program, List<String> flags, Path javaHome) {
    Environment.Builder environment = Environment.newBuilder();
    environment.addVariables(
        Environment.Variable.newBuilder().setName("JAVA_HOME").setValue(javaHome.toString()));
    return ExecutorInfo.newBuilder()
        .setExecutorId(ExecutorID.newBuilder().setValue("thermos-" + taskId))
        .setName("AuroraExecutor")
        .setFrameworkId(framework.getId())
        .setCommand(
            CommandInfo.newBuilder()
                .setShell(false)
                .setValue(program.toString())
                .addArguments(program.toString())
                .addAllArguments(flags)
                .setEnvironment(environment))
        .build();
  }

  static TaskInfo task(LocalTask task, SlaveID agent) {
    JobKey job = task.job();
    Resources resources = task.resources();
    return TaskInfo.newBuilder()
        .setTaskId(TaskID.newBuilder().setValue(task.taskId()))
        .setName(job.role() + "/" + job.environment() + "/" + job.name())
        .setSlaveId(agent)
        .setData(ByteString.copyFrom(task.data()))
        .addResources(scalar("cpus", resources.cpu()))
        .addResources(scalar("mem", resources.ram() / BYTES_PER_MEGABYTE))
        .addResources(scalar("disk", resources.disk() / BYTES_PER_MEGABYTE))
        .build();
  }

  private static Resource scalar(String name, double value) {
    return Resource.newBuilder()
        .setName(name)
        .setType(Value.Type.SCALAR)
        .setScalar(Value.Scalar.newBuilder().setValue(value))
        .build();
  }
}
