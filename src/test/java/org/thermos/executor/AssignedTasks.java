package org.thermos.executor;

import java.util.Map;
import org.apache.thrift.TException;
import org.apache.thrift.TSerializer;
import org.thermos.thrift.aurora.AssignedTask;
import org.thermos.thrift.aurora.Container;
import org.thermos.thrift.aurora.ExecutorConfig;
import org.thermos.thrift.aurora.JobKey;
import org.thermos.thrift.aurora.MesosContainer;
import org.thermos.thrift.aurora.TaskConfig;

/** What Aurora's scheduler puts into TaskInfo.data. */
final class AssignedTasks {
  private AssignedTasks() {}

  /** A job of one process, for the account that the tests run as. */
  static AssignedTask of(String commandLine) {
    return of(commandLine, System.getProperty("user.name"));
  }

  static AssignedTask of(String commandLine, String role) {
    String job =
        "{\"name\": \"hello\", \"role\": \""
            + role
            + "\", \"cluster\": \"c\", \"environment\": \"prod\", \"task\": "
            + BareTask.of(commandLine)
            + "}";
    TaskConfig config =
        new TaskConfig()
            .setJob(new JobKey().setRole(role).setEnvironment("prod").setName("hello"))
            .setContainer(Container.mesos(new MesosContainer()))
            .setExecutorConfig(new ExecutorConfig().setName("AuroraExecutor").setData(job));
    return new AssignedTask()
        .setTaskId(Cluster.TASK)
        .setSlaveId("agent")
        .setSlaveHost("localhost")
        .setInstanceId(0)
        .setAssignedPorts(Map.of())
        .setTask(config);
  }

  static byte[] bytes(AssignedTask task) throws TException {
    return new TSerializer().serialize(task);
  }
}
