package org.thermos.health;

import java.util.Optional;
import org.thermos.config.HealthCheck;

/** All that is checked of a task: Thermos' definition and Mesos' own may both be there. */
public record TaskChecks(
    HealthCheck thermos, Optional<MesosHealthCheck> health, Optional<MesosCheck> check) {

  /** Without Mesos' definitions. */
  public static TaskChecks of(HealthCheck thermos) {
    return new TaskChecks(thermos, Optional.empty(), Optional.empty());
  }
}
