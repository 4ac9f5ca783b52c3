package org.thermos.executor;

import org.thermos.config.HealthCheck;
import org.thermos.config.Lifecycle;
import org.thermos.config.Resolution;
import org.thermos.executor.ExecutorEvent.CheckerReported;
import org.thermos.log.Log;

/**
 * The inner chain of executor 6.8: health, resources and announcing, which look after a running
 * task. So far there is only the check that finds every task healthy.
 */
final class Checkers {
  private final Log log;

  Checkers(Log log) {
    this.log = log;
  }

  /** What is known of the task at once. */
  CheckerReported start(PreparedTask task) {
    Resolution resolution = task.resolution();
    if (resolution.announcement().isPresent()) {
      log.error("This executor does not announce tasks yet; this one asks for it");
    }
    if (resolution.lifecycle() instanceof Lifecycle.Http) {
      log.error("This executor ends tasks by signals only yet; this one asks for HTTP first");
    }
    boolean hasCheck = !(resolution.healthCheck() instanceof HealthCheck.None);
    String message =
        hasCheck
            ? "Health checks are not carried out yet, task is assumed healthy."
            : "No health-check defined, task is assumed healthy.";
    return new CheckerReported(Checker.HEALTH, new StatusResult(UpdateState.RUNNING, message));
  }

  void stop() {
    // The one check there is never ends and never fails.
  }
}
