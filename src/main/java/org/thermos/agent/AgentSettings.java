package org.thermos.agent;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.Resource;
import org.apache.mesos.Protos.SlaveID;

/**
 * What an embedded agent is told at its start.
 *
 * @param workDirectory root of the agent's tree of sandboxes; created if absent
 * @param agentId names the agent to executors and in paths
 * @param hostname reported in AgentInfo
 * @param framework the one framework whose executors it runs; its id must be set, and its {@code
 *     checkpoint} decides whether executors outlive a restart of the agent
 * @param resources reported in AgentInfo; not enforced
 */
public record AgentSettings(
    Path workDirectory,
    SlaveID agentId,
    String hostname,
    FrameworkInfo framework,
    List<Resource> resources,
    Timeouts timeouts) {

  public AgentSettings {
    workDirectory = workDirectory.toAbsolutePath().normalize();
    Identifiers.check("agent id", agentId.getValue());
    requireNonNull(hostname, "hostname is null");
    Identifiers.check("framework id", framework.getId().getValue());
    resources = List.copyOf(resources);
    requireNonNull(timeouts, "timeouts is null");
  }

  /** A new agent on "localhost" with Mesos's default timeouts. */
  public static AgentSettings of(Path workDirectory, FrameworkInfo framework) {
    SlaveID agentId = SlaveID.newBuilder().setValue(UUID.randomUUID() + "-S0").build();
    return new AgentSettings(
        workDirectory, agentId, "localhost", framework, List.of(), Timeouts.DEFAULTS);
  }

  /** The same with other waiting times. */
  public AgentSettings with(Timeouts other) {
    return new AgentSettings(workDirectory, agentId, hostname, framework, resources, other);
  }
}
