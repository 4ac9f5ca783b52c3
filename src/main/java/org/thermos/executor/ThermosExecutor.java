package org.thermos.executor;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.mesos.Executor;
import org.apache.mesos.ExecutorDriver;
import org.apache.mesos.Protos.ContainerInfo;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.FrameworkInfo.Capability;
import org.apache.mesos.Protos.KillPolicy;
import org.apache.mesos.Protos.SlaveInfo;
import org.apache.mesos.Protos.TaskGroupInfo;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.thermos.config.ConfigException;
import org.thermos.executor.ExecutorEvent.KillRequested;
import org.thermos.executor.ExecutorEvent.KillingUpdates;
import org.thermos.executor.ExecutorEvent.LaunchRefused;
import org.thermos.executor.ExecutorEvent.LaunchRequested;
import org.thermos.health.HealthSetupException;
import org.thermos.log.Log;
import org.thermos.mesos.KillPolicyAware;
import org.thermos.mesos.TaskGroupLauncher;

/**
 * What the driver calls (executor 6.3). Decides nothing: it hands everything on to the loop.
 * Callbacks come one at a time.
 */
final class ThermosExecutor implements Executor, KillPolicyAware, TaskGroupLauncher {
  private final Consumer<ExecutorEvent> events;
  private final Duration shutdownGrace;
  private final Log log;

  // Callbacks and the loop's thread.
  private volatile String hostname = "localhost";
  private volatile ContainerInfo container = ContainerInfo.getDefaultInstance();

  /**
   * @param events takes events on any thread
   * @param shutdownGrace what the agent leaves an executor that it has told to shut down
   */
  ThermosExecutor(Consumer<ExecutorEvent> events, Duration shutdownGrace, Log log) {
    this.events = events;
    this.shutdownGrace = shutdownGrace;
    this.log = log;
  }

  /** What this executor runs in, as far as the agent has told. Any thread. */
  ContainerInfo container() {
    return container;
  }

  @Override
  public void registered(
      ExecutorDriver driver, ExecutorInfo executor, FrameworkInfo framework, SlaveInfo agent) {
    log.info(
        "Registered with agent " + agent.getHostname() + " for framework " + framework.getName());
    hostname = agent.getHostname();
    container = executor.getContainer();
    boolean wanted =
        framework.getCapabilitiesList().stream()
            .anyMatch(it -> it.getType() == Capability.Type.TASK_KILLING_STATE);
    events.accept(
        new ExecutorEvent.Registered(wanted ? KillingUpdates.WANTED : KillingUpdates.UNKNOWN));
  }

  @Override
  public void reregistered(ExecutorDriver driver, SlaveInfo agent) {
    log.info("Registered again with agent " + agent.getHostname());
  }

  @Override
  public void disconnected(ExecutorDriver driver) {
    log.info("Disconnected from the agent");
  }

  @Override
  public void launchTask(ExecutorDriver driver, TaskInfo task) {
    log.info("Told to launch task " + task.getTaskId().getValue());
    events.accept(decode(task));
  }

  @Override
  public void launchTaskGroup(ExecutorDriver driver, TaskGroupInfo group) {
    List<TaskInfo> tasks = group.getTasksList();
    log.info("Told to launch a group of " + tasks.size() + " tasks");
    events.accept(new ExecutorEvent.GroupRequested(tasks.stream().map(this::decode).toList()));
  }

  private ExecutorEvent decode(TaskInfo task) {
    String taskId = task.getTaskId().getValue();
    try {
      return new LaunchRequested(
          new Launch(
              taskId,
              LaunchDecoder.decode(task, hostname),
              CheckDefinitions.health(task),
              CheckDefinitions.check(task),
              grace(task.getKillPolicy())));
    } catch (ConfigException | HealthSetupException e) {
      return new LaunchRefused(taskId, Causes.line(e.getMessage()));
    }
  }

  @Override
  public void killTask(ExecutorDriver driver, TaskID task) {
    kill(task, Optional.empty());
  }

  @Override
  public void killTask(ExecutorDriver driver, TaskID task, KillPolicy policy) {
    kill(task, grace(policy));
  }

  private static Optional<Duration> grace(KillPolicy policy) {
    return policy.hasGracePeriod()
        ? Optional.of(Duration.ofNanos(Math.max(0, policy.getGracePeriod().getNanoseconds())))
        : Optional.empty();
  }

  private void kill(TaskID task, Optional<Duration> grace) {
    log.info(
        "Told to kill task "
            + task.getValue()
            + grace.map(it -> " within " + it.toMillis() + " ms").orElse(""));
    events.accept(new KillRequested(task.getValue(), grace));
  }

  @Override
  public void frameworkMessage(ExecutorDriver driver, byte[] data) {
    log.info("Got a framework message of " + data.length + " bytes, ignoring.");
  }

  @Override
  public void shutdown(ExecutorDriver driver) {
    log.info("Told to shut down within " + shutdownGrace.toMillis() + " ms");
    events.accept(new ExecutorEvent.ShutdownRequested(shutdownGrace));
  }

  @Override
  public void error(ExecutorDriver driver, String message) {
    log.error("The driver gave up: " + message);
    events.accept(new ExecutorEvent.AgentLost("The driver gave up: " + Causes.line(message)));
  }
}
