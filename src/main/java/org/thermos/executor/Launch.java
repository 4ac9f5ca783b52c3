package org.thermos.executor;

import java.time.Duration;
import java.util.Optional;
import org.apache.mesos.Protos.CheckStatusInfo;
import org.thermos.config.Assignment;
import org.thermos.health.MesosCheck;
import org.thermos.health.MesosCheckResult;
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

  /** What every update of a task with a check carries before anything was found, as Mesos wants. */
  Optional<CheckStatusInfo> nothingFound() {
    return check.map(it -> CheckDefinitions.status(MesosCheckResult.none(it.probe())));
  }
}
