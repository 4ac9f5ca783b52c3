package org.thermos.executor;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.mesos.Protos.TaskStatus.Reason;
import org.thermos.announce.AnnounceReport;
import org.thermos.announce.AnnouncedTask;
import org.thermos.announce.AnnouncerService;
import org.thermos.config.HealthCheck;
import org.thermos.config.ProcessConfig;
import org.thermos.config.Resolution;
import org.thermos.executor.SupervisionEvent.CheckChanged;
import org.thermos.executor.SupervisionEvent.CheckerReported;
import org.thermos.executor.SupervisionEvent.CheckersStopped;
import org.thermos.executor.SupervisionEvent.HealthChanged;
import org.thermos.executor.SupervisionEvent.LifecycleAnswered;
import org.thermos.executor.SupervisionEvent.Telling;
import org.thermos.health.HealthMonitor;
import org.thermos.health.HealthReport;
import org.thermos.health.HealthService;
import org.thermos.health.HealthStatus;
import org.thermos.health.TaskChecks;
import org.thermos.log.Log;
import org.thermos.resources.DiskMeter;

/**
 * The inner chain of executor 6.8, for one task: health, resources and announcing. The loop's
 * thread only; what the checkers find is posted.
 */
final class Checkers {
  /** An announcement that cannot be withdrawn by then is left to the end of the session. */
  private static final Duration WITHDRAWAL = Duration.ofSeconds(5);

  private final String taskId;
  private final HealthService health;
  private final Optional<AnnouncerService> announcer;
  private final DiskMeter disk;
  private final TaskUsage usage;
  private final ExecutorMetrics metrics;
  private final Consumer<SupervisionEvent> events;
  private final Log log;
  private Optional<HealthMonitor> monitor = Optional.empty();

  // What the checks say, one at a time. Nobody is sent to a task that one of them finds ill.
  private boolean isWell;
  private boolean isWellToMesos;

  // Read by the health service's thread as well.
  private volatile Optional<AnnouncedTask> announced = Optional.empty();

  /**
   * @param announcer empty if nothing is announced here
   * @param events takes what the checkers find, on any thread
   */
  Checkers(
      String taskId,
      HealthService health,
      Optional<AnnouncerService> announcer,
      DiskMeter disk,
      TaskUsage usage,
      ExecutorMetrics metrics,
      Consumer<SupervisionEvent> events,
      Log log) {
    this.taskId = taskId;
    this.health = health;
    this.announcer = announcer;
    this.disk = disk;
    this.usage = usage;
    this.metrics = metrics;
    this.events = events;
    this.log = log;
  }

  void start(PreparedTask task) {
    Resolution resolution = task.resolution();
    announced =
        announcer.flatMap(
            service ->
                resolution
                    .announcement()
                    .map(
                        wish ->
                            service.announce(
                                wish,
                                resolution.ports(),
                                resolution.assignment().hostname(),
                                this::announced)));
    TaskChecks checks =
        new TaskChecks(resolution.healthCheck(), task.launch().health(), task.launch().check());
    isWellToMesos = task.launch().health().isEmpty();
    boolean isChecked = !(resolution.healthCheck() instanceof HealthCheck.None);
    monitor =
        Optional.of(
            health.monitor(taskId, checks, task.checks(), report -> healthSays(report, isChecked)));
    monitor.get().start();
    publish(task);
    measureDisk(task);
  }

  private void publish(PreparedTask task) {
    metrics.addUsage(taskId, usage, task.resolution().resources());
    List<ProcessConfig> processes = task.resolution().boundTask().task().processes();
    metrics.addProcesses(taskId, processes.stream().map(ProcessConfig::name).toList(), usage);
    monitor.ifPresent(it -> metrics.addHealth(taskId, it));
    announced.ifPresent(it -> metrics.addAnnouncement(taskId, it));
  }

  private void measureDisk(PreparedTask task) {
    long limit = task.resolution().resources().disk();
    if (limit <= 0) {
      return;
    }
    try {
      disk.start(taskId, task.directories(), limit);
    } catch (IOException e) {
      log.error("Cannot hold task " + taskId + " to its disk limit: " + Causes.text(e));
    }
  }

  private void healthSays(HealthReport report, boolean isChecked) {
    if (report instanceof HealthReport.StatusChanged changed) {
      HealthStatus status = changed.status();
      if (isChecked && status.state() != HealthStatus.State.STARTING) {
        boolean isHealthy = status.state() == HealthStatus.State.RUNNING;
        events.accept(new HealthChanged(isHealthy, "", Telling.WITH_THE_NEXT_UPDATE));
      }
      isWell = status.state() == HealthStatus.State.RUNNING;
      announceHealth();
      events.accept(new CheckerReported(Checker.HEALTH, result(status)));
    } else if (report instanceof HealthReport.HealthinessChanged changed) {
      isWellToMesos = changed.healthy();
      announceHealth();
      events.accept(new HealthChanged(changed.healthy(), changed.message(), Telling.AT_ONCE));
      if (changed.kill()) {
        // As Mesos' own executors end a task that its check has given up, without a reason.
        StatusResult why = StatusResult.killed(changed.message());
        events.accept(new CheckerReported(Checker.MESOS_HEALTH, why));
      }
    } else if (report instanceof HealthReport.CheckResultChanged changed) {
      events.accept(new CheckChanged(CheckDefinitions.status(changed.result())));
    }
  }

  private void announceHealth() {
    announced.ifPresent(it -> it.setHealthy(isWell && isWellToMesos));
  }

  private static StatusResult result(HealthStatus status) {
    return switch (status.state()) {
      case STARTING -> StatusResult.starting();
      case RUNNING -> new StatusResult(UpdateState.RUNNING, status.message());
      case FAILED ->
          StatusResult.failed(status.message())
              .because(Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED);
    };
  }

  private void announced(AnnounceReport report) {
    if (report instanceof AnnounceReport.Failed failed) {
      events.accept(new CheckerReported(Checker.ANNOUNCER, StatusResult.failed(failed.message())));
    } else if (report instanceof AnnounceReport.Joined joined) {
      log.info("Task " + taskId + " is announced as " + joined.node());
    } else if (report instanceof AnnounceReport.Left left) {
      log.info("Task " + taskId + " is not announced any more: " + left.why());
    }
  }

  /** Ends them; {@link CheckersStopped} follows once the task is announced no more. */
  void stop() {
    monitor.ifPresent(HealthMonitor::stop);
    try {
      disk.stop(taskId);
    } catch (IOException e) {
      log.error("Cannot stop measuring the disk of task " + taskId + ": " + Causes.text(e));
    }
    CompletableFuture<?> withdrawn =
        announced.isPresent()
            ? announced.get().withdraw(WITHDRAWAL)
            : CompletableFuture.completedFuture(null);
    CompletableFuture<Void> unused = withdrawn.thenRun(() -> events.accept(new CheckersStopped()));
  }

  /** Tells the task itself that it has to end; {@link LifecycleAnswered} follows. */
  void post(SupervisionEffect.PostLifecycle post) {
    health
        .poster()
        .post(
            post.port(),
            post.step().endpoint(),
            wasHandled -> events.accept(new LifecycleAnswered(wasHandled)));
  }
}
