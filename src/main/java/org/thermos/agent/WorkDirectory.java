package org.thermos.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.mesos.Protos.ContainerID;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.SlaveID;

/**
 * The agent's tree of sandboxes: {@code
 * slaves/<agent>/frameworks/<framework>/executors/<executor>/runs/<container>}, with {@code
 * runs/latest} naming the newest. Nothing is ever collected.
 */
final class WorkDirectory {
  private final Path agent;

  WorkDirectory(Path root, SlaveID agentId) {
    this.agent = root.resolve("slaves").resolve(agentId.getValue());
  }

  /** Where an executor's sandbox is, or will be. Its ids have been checked. */
  Path sandbox(ExecutorInfo executor, ContainerID container) {
    return agent
        .resolve("frameworks")
        .resolve(executor.getFrameworkId().getValue())
        .resolve("executors")
        .resolve(executor.getExecutorId().getValue())
        .resolve("runs")
        .resolve(container.getValue());
  }

  void create(Path sandbox) throws IOException {
    Files.createDirectories(sandbox);
    Path latest = sandbox.resolveSibling("latest");
    Files.deleteIfExists(latest);
    Files.createSymbolicLink(latest, sandbox);
  }
}
