package org.thermos.executor;

import java.time.Duration;
import java.util.Optional;
import org.thermos.config.Assignment;
import org.thermos.health.MesosCheck;
import org.thermos.health.MesosHealthCheck;

/**
 * A task that the scheduler wants to run here.
 *
 * @param health the health check that Mesos defines, if there is one
 * @param check the check that Mesos defines, if there is one
 * @param grace what its kill policy leaves it, if it has one
 */
record Launch(
    String taskId,
    DecodedLaunch content,
    Optional<MesosHealthCheck> health,
    Optional<MesosCheck> check,
    Optional<Duration> grace) {

  Assignment assignment() {
    return content.assignment();
  }
}
