package org.thermos.agent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.mesos.Protos.ContainerID;
import org.apache.mesos.Protos.ExecutorInfo;

/** Gives executors a sandbox and an environment and starts them. Used on the agent's thread. */
final class ContainerStarter {
  private final AgentSettings settings;
  private final WorkDirectory workDirectory;
  private final Launcher launcher;
  private final String endpoint;

  /** Everything ever started: what an ended executor left behind is killed at the end. */
  private final List<Container> started = new ArrayList<>();

  ContainerStarter(AgentSettings settings, Launcher launcher, InetSocketAddress address) {
    this.settings = settings;
    this.workDirectory = new WorkDirectory(settings.workDirectory(), settings.agentId());
    this.launcher = launcher;
    this.endpoint = address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  Path sandbox(ExecutorInfo executor, ContainerID container) {
    return workDirectory.sandbox(executor, container);
  }

  /**
   * @throws IOException with what the scheduler is told
   */
  Container start(ExecutorInfo executor, ExecutorMachine machine, Path sandbox) throws IOException {
    workDirectory.create(sandbox);
    Map<String, String> environment =
        ExecutorEnvironment.of(
            executor,
            settings.framework().getCheckpoint(),
            settings.agentId(),
            endpoint,
            sandbox,
            machine.shutdownGrace(),
            settings.timeouts());
    Container container = launcher.launch(new Launch(executor.getCommand(), sandbox, environment));
    started.add(container);
    return container;
  }

  List<Container> started() {
    return List.copyOf(started);
  }
}
