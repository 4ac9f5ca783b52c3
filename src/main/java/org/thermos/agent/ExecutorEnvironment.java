package org.thermos.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.mesos.Protos.Environment;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.SlaveID;

/**
 * All an executor finds in its environment: nothing of the agent's own is inherited, and the
 * command's variables override the agent's.
 */
final class ExecutorEnvironment {
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private ExecutorEnvironment() {}

  /**
   * @param executor with its framework's id
   * @param endpoint the agent's address and port
   */
  static Map<String, String> of(
      ExecutorInfo executor,
      boolean checkpoint,
      SlaveID agentId,
      String endpoint,
      Path sandbox,
      Duration shutdownGrace,
      Timeouts timeouts) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("PATH", PATH);
    environment.put("LIBPROCESS_IP", "127.0.0.1");
    environment.put("LIBPROCESS_PORT", "0");
    environment.put("MESOS_AGENT_ENDPOINT", endpoint);
    environment.put("MESOS_SLAVE_PID", "slave(1)@" + endpoint);
    environment.put("MESOS_SLAVE_ID", agentId.getValue());
    environment.put("MESOS_FRAMEWORK_ID", executor.getFrameworkId().getValue());
    environment.put("MESOS_EXECUTOR_ID", executor.getExecutorId().getValue());
    environment.put("MESOS_DIRECTORY", sandbox.toString());
    environment.put("MESOS_SANDBOX", sandbox.toString());
    environment.put("MESOS_HTTP_COMMAND_EXECUTOR", "0");
    environment.put("MESOS_CHECKPOINT", checkpoint ? "1" : "0");
    environment.put("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", MesosDuration.format(shutdownGrace));
    if (checkpoint) {
      environment.put("MESOS_RECOVERY_TIMEOUT", MesosDuration.format(timeouts.recovery()));
      environment.put(
          "MESOS_SUBSCRIPTION_BACKOFF_MAX", MesosDuration.format(timeouts.reregistration()));
    }
    for (Environment.Variable variable :
        executor.getCommand().getEnvironment().getVariablesList()) {
      environment.put(variable.getName(), variable.getValue());
    }
    return environment;
  }
}
