package org.thermos.executor;

import java.util.List;
import java.util.function.Consumer;
import org.thermos.config.HealthCheck;
import org.thermos.config.Lifecycle;
import org.thermos.config.Resolution;
import org.thermos.executor.SupervisionEvent.CheckerReported;
import org.thermos.log.Log;

/**
 * The inner chain of executor 6.8: health, resources and announcing, which look after a running
 * task. So far there is only the check that finds every task healthy.
 */
final class Checkers {
  private final Consumer<SupervisionEvent> events;
  private final Log log;

  Checkers(Consumer<SupervisionEvent> events, Log log) {
    this.events = events;
    this.log = log;
  }

  /** What is known of the task at once. */
  List<SupervisionEvent> start(PreparedTask task) {
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
    return List.of(
        new CheckerReported(Checker.HEALTH, new StatusResult(UpdateState.RUNNING, message)));
  }

  void stop() {
    events.accept(new SupervisionEvent.CheckersStopped());
  }

  void post(SupervisionEffect.PostLifecycle post) {
    events.accept(new SupervisionEvent.LifecycleAnswered(false));
  }
}
