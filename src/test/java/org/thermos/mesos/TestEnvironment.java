package org.thermos.mesos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.SlaveID;
import org.thermos.mesos.MesosEnvironment.Recovery;

/** Environments and timings for tests. */
final class TestEnvironment {

  static final Recovery RECOVERY = new Recovery(Duration.ofMinutes(15), Duration.ofSeconds(2));

  private TestEnvironment() {}

  static MesosEnvironment checkpointing(AgentEndpoint endpoint) {
    return of(endpoint, "exec-1", "framework-1", Optional.of(RECOVERY));
  }

  static MesosEnvironment notCheckpointing(AgentEndpoint endpoint) {
    return of(endpoint, "exec-1", "framework-1", Optional.empty());
  }

  /** Those of a real agent, but impatient where nothing is to come. */
  static DriverTimings timings(MesosEnvironment environment) {
    return new DriverTimings(
        Duration.ofSeconds(10),
        Duration.ofMinutes(1),
        Duration.ofMillis(300),
        environment.shutdownGracePeriod(),
        Duration.ofMinutes(5),
        environment.recovery());
  }

  static MesosEnvironment of(
      AgentEndpoint endpoint, String executor, String framework, Optional<Recovery> recovery) {
    return new MesosEnvironment(
        endpoint,
        FrameworkID.newBuilder().setValue(framework).build(),
        ExecutorID.newBuilder().setValue(executor).build(),
        Optional.of(SlaveID.newBuilder().setValue("agent-1").build()),
        Path.of("/sandbox"),
        Path.of("/sandbox"),
        recovery,
        Duration.ofSeconds(5),
        Optional.empty(),
        Optional.empty());
  }
}
