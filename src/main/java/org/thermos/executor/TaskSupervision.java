package org.thermos.executor;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.mesos.Protos.TaskStatus.Reason;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskState;
import org.thermos.checkpoint.TaskStatus;
import org.thermos.config.HealthCheck;
import org.thermos.executor.ExecutorEvent.KillingUpdates;
import org.thermos.executor.SupervisionEvent.CheckChanged;
import org.thermos.executor.SupervisionEvent.CheckerReported;
import org.thermos.executor.SupervisionEvent.CheckersStopped;
import org.thermos.executor.SupervisionEvent.Forced;
import org.thermos.executor.SupervisionEvent.HealthChanged;
import org.thermos.executor.SupervisionEvent.LifecycleAnswered;
import org.thermos.executor.SupervisionEvent.NotPrepared;
import org.thermos.executor.SupervisionEvent.OutOfMemory;
import org.thermos.executor.SupervisionEvent.Prepared;
import org.thermos.executor.SupervisionEvent.Recorded;
import org.thermos.executor.SupervisionEvent.RunnerExited;
import org.thermos.executor.SupervisionEvent.RunnerNotStarted;

/**
 * Decides the whole life of one task (executor 6.4 to 6.10): which update is sent, when its runner
 * is started and stopped, and when it is over. Part of {@link ExecutorMachine}, and as pure.
 */
final class TaskSupervision {
  /** How long a sandbox may take (executor 6.5). */
  static final Duration PREPARATION_LIMIT = Duration.ofMinutes(10);

  private final MachineSettings settings;
  private final Launch launch;
  private final KillingUpdates killingUpdates;
  private final TaskUpdates updates;
  private final Consumer<? super ExecutorEffect> effects;
  private final StatusChain chain = new StatusChain();
  private final Duration prepareBy;

  private TaskPhase phase = TaskPhase.PREPARING;
  private Optional<RunnerSupervisor> runner = Optional.empty();
  private Optional<StopSequence> sequence = Optional.empty();

  /** Until its checkers are started. */
  private Optional<PreparedTask> prepared = Optional.empty();

  private TaskState taskState = TaskState.ACTIVE;

  /** The last run that failed before the task was given up: its failure is the task's. */
  private Optional<ProcessTransition> culprit = Optional.empty();

  private Optional<String> outOfMemory = Optional.empty();
  private Optional<StatusResult> last = Optional.empty();

  /** Begins with the first update, and with having the task prepared. */
  TaskSupervision(
      MachineSettings settings,
      Launch launch,
      KillingUpdates killingUpdates,
      Consumer<? super ExecutorEffect> effects,
      Duration now) {
    this.settings = settings;
    this.launch = launch;
    this.killingUpdates = killingUpdates;
    this.effects = effects;
    this.prepareBy = now.plus(PREPARATION_LIMIT);
    updates =
        new TaskUpdates(
            launch.taskId(),
            settings.relay(),
            launch.nothingFound(),
            update -> effects.accept(new ExecutorEffect.SendUpdate(update)));
    updates.send(StatusResult.starting());
    emit(new SupervisionEffect.Prepare(launch));
  }

  String taskId() {
    return launch.taskId();
  }

  /** What the task ended as; empty while it lives. */
  Optional<StatusResult> last() {
    return last;
  }

  /** What its kill policy leaves it, if it has one. */
  Optional<Duration> grace() {
    return launch.grace();
  }

  // Java 17 has no patterns in switch; the list of events is sealed.
  void handle(SupervisionEvent event, Duration now) {
    if (event instanceof Prepared prepared) {
      onPrepared(prepared.task(), now);
    } else if (event instanceof NotPrepared notPrepared) {
      if (phase == TaskPhase.PREPARING) {
        finish(notPrepared.why());
      }
    } else if (phase != TaskPhase.SUPERVISING) {
      return; // Too late, all of it.
    } else if (event instanceof RunnerNotStarted notStarted) {
      runner.orElseThrow().notStarted(notStarted.reason());
    } else if (event instanceof RunnerExited exited) {
      runner.orElseThrow().exited(exited.exit(), now);
    } else if (event instanceof Recorded recorded) {
      onRecorded(recorded.record(), recorded.run());
    } else if (event instanceof OutOfMemory outOfMemory) {
      this.outOfMemory = Optional.of(outOfMemory.sentence());
    } else if (event instanceof Forced forced) {
      runner.orElseThrow().forced(forced.survivors());
    } else if (event instanceof CheckerReported reported) {
      onChecker(reported, now);
    } else if (event instanceof HealthChanged health) {
      updates.healthy(health.isHealthy(), health.message(), health.telling());
    } else if (event instanceof CheckChanged check) {
      updates.check(check.status());
    } else if (event instanceof CheckersStopped) {
      sequence.orElseThrow().checkersStopped();
    } else if (event instanceof LifecycleAnswered answered) {
      sequence.orElseThrow().answered(answered.wasHandled(), now);
    } else {
      throw new IllegalArgumentException("unknown event: " + event);
    }
  }

  private void onPrepared(PreparedTask task, Duration now) {
    if (phase != TaskPhase.PREPARING) {
      return; // Killed meanwhile, and the runner must not be started (gaps 9.3 #30).
    }
    phase = phase.to(TaskPhase.SUPERVISING);
    chain.report(Checker.RUNNER, StatusResult.starting());
    runner = Optional.of(new RunnerSupervisor(task, this::emit, this::report));
    sequence = Optional.of(new StopSequence(task.resolution().lifecycle(), this::emit));
    if (task.resolution().healthCheck() instanceof HealthCheck.None) {
      // Known before anything is heard of the task, so that even the shortest one is seen running.
      chain.report(Checker.HEALTH, StatusResult.assumedHealthy());
    }
    prepared = Optional.of(task);
    runner.get().start(now);
  }

  private void onRecorded(CheckpointRecord record, int run) {
    if (record instanceof TaskStatus status) {
      taskState = status.state();
    }
    runner.orElseThrow().recorded(taskState);
    if (record instanceof ProcessStatus status) {
      if (status.state() == ProcessState.RUNNING) {
        chain.clear(Checker.RUNNER); // The task is up; whether it is well, others say.
        startCheckers();
      }
      ProcessTransition transition = new ProcessTransition(status, run);
      if (taskState == TaskState.ACTIVE && isFailure(status.state())) {
        culprit = Optional.of(transition);
        outOfMemory = Optional.empty(); // Of an earlier run, which was another story.
      }
      // The first RUNNING of the task goes before that of the process.
      updates.relay(transition);
    }
  }

  /** Once, and not while nothing runs that could be checked. */
  private void startCheckers() {
    if (chain.verdict().isEmpty()) {
      prepared.ifPresent(task -> emit(new SupervisionEffect.StartCheckers(task)));
      prepared = Optional.empty();
    }
  }

  private static boolean isFailure(ProcessState state) {
    return state.isTerminal() && state != ProcessState.SUCCESS;
  }

  private void onChecker(CheckerReported reported, Duration now) {
    if (chain.verdict().isPresent()) {
      return;
    }
    chain.report(reported.checker(), reported.status());
    if (chain.verdict().isPresent()) {
      stop(StopPlan.killing(settings.stopTimeout(), launch.grace()), now);
    }
  }

  /** The task has to end. Said again, the first reason and the earlier times count. */
  void end(StatusResult why, StopPlan plan, Duration now) {
    if (phase == TaskPhase.OVER) {
      return;
    }
    chain.report(Checker.KILL_MANAGER, why);
    StatusResult verdict = chain.verdict().orElseThrow();
    if (phase == TaskPhase.PREPARING) {
      report("Asked to kill task with incomplete sandbox - aborting runner start");
      finish(
          verdict.state() == UpdateState.KILLED
              ? StatusResult.killed("Task killed during initialization.")
                  .because(Reason.REASON_TASK_KILLED_DURING_LAUNCH)
              : verdict);
      return;
    }
    stop(plan, now);
  }

  private void stop(StopPlan plan, Duration now) {
    StatusResult verdict = chain.verdict().orElseThrow();
    if (killingUpdates == KillingUpdates.WANTED && verdict.state() == UpdateState.KILLED) {
      updates.send(new StatusResult(UpdateState.KILLING, verdict.message()));
    }
    runner.orElseThrow().stop(plan, now);
    sequence.orElseThrow().begin(plan, now);
  }

  /** What has become due. */
  void advance(Duration now) {
    if (phase == TaskPhase.PREPARING && prepareBy.compareTo(now) <= 0) {
      finish(
          StatusResult.failed("Timed out waiting for sandbox to initialize!")
              .because(Reason.REASON_CONTAINER_LAUNCH_FAILED));
    } else if (phase == TaskPhase.SUPERVISING) {
      supervise(now);
    }
  }

  private void supervise(Duration now) {
    RunnerSupervisor supervisor = runner.orElseThrow();
    sequence.orElseThrow().advance(now);
    if (sequence.get().isDone()) {
      supervisor.terminate();
    }
    supervisor.advance(now);
    if (supervisor.end().isPresent()) {
      StatusResult verdict = verdict(supervisor.end().get());
      sequence.get().over();
      finish(explained(verdict));
      return;
    }
    Optional<StatusResult> status = chain.status();
    if (status.isPresent() && status.get().state() == UpdateState.RUNNING) {
      updates.send(status.get());
    }
  }

  private StatusResult verdict(RunnerEnd end) {
    Optional<StatusResult> wanted = chain.verdict();
    // That it left in good order when told to over HTTP is not its own doing (executor 6.9).
    boolean leftAsTold = end instanceof RunnerEnd.Exited && sequence.orElseThrow().hasPosted();
    return wanted.filter(any -> leftAsTold).orElseGet(() -> RunnerVerdict.of(end, wanted));
  }

  /** With what is known of the cause, for an end that nobody asked for. */
  private StatusResult explained(StatusResult verdict) {
    if (chain.verdict().isPresent() || verdict.state() == UpdateState.FINISHED) {
      return verdict;
    }
    if (outOfMemory.isPresent()) {
      return verdict.adding(outOfMemory.get()).because(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
    }
    return verdict.state() == UpdateState.FAILED
        ? culprit.flatMap(ProcessTransition::sentence).map(verdict::adding).orElse(verdict)
        : verdict;
  }

  private void finish(StatusResult result) {
    phase = phase.to(TaskPhase.OVER);
    last = Optional.of(result);
    updates.send(result, result.state() == UpdateState.FAILED ? culprit : Optional.empty());
  }

  /** When {@link #advance} has something to do, unless something else happens before. */
  Optional<Duration> nextWake() {
    return switch (phase) {
      case PREPARING -> Optional.of(prepareBy);
      case SUPERVISING ->
          Stream.of(runner.orElseThrow().nextWake(), sequence.orElseThrow().nextWake())
              .flatMap(Optional::stream)
              .min(Duration::compareTo);
      case OVER -> Optional.empty();
    };
  }

  private void report(String text) {
    effects.accept(new ExecutorEffect.Report(text));
  }

  private void emit(SupervisionEffect effect) {
    effects.accept(new ExecutorEffect.OfTask(launch.taskId(), effect));
  }
}
