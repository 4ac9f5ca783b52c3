package org.thermos.executor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskStatus;
import org.thermos.executor.ExecutorEvent.AgentLost;
import org.thermos.executor.ExecutorEvent.CheckerReported;
import org.thermos.executor.ExecutorEvent.Faulted;
import org.thermos.executor.ExecutorEvent.Forced;
import org.thermos.executor.ExecutorEvent.KillRequested;
import org.thermos.executor.ExecutorEvent.KillingUpdates;
import org.thermos.executor.ExecutorEvent.LaunchRefused;
import org.thermos.executor.ExecutorEvent.LaunchRequested;
import org.thermos.executor.ExecutorEvent.NotPrepared;
import org.thermos.executor.ExecutorEvent.Prepared;
import org.thermos.executor.ExecutorEvent.Recorded;
import org.thermos.executor.ExecutorEvent.Registered;
import org.thermos.executor.ExecutorEvent.RunnerExited;
import org.thermos.executor.ExecutorEvent.RunnerNotStarted;
import org.thermos.executor.ExecutorEvent.ShutdownRequested;
import org.thermos.executor.ExecutorEvent.TimerFired;

/**
 * Decides the whole life of an executor (executor 6.2 to 6.9): which update is sent, when the
 * runner is started and stopped, and when the executor ends. Touches nothing outside itself. Times
 * are readings of one monotonic clock. Not thread-safe.
 */
final class ExecutorMachine {
  /** How long an executor waits for its task (executor 6.2). */
  static final Duration LAUNCH_LIMIT = Duration.ofSeconds(10);

  /** How long a sandbox may take (executor 6.5). */
  static final Duration PREPARATION_LIMIT = Duration.ofMinutes(10);

  private final MachineSettings settings;
  private final StatusChain chain = new StatusChain();

  private final Set<String> refused = new HashSet<>();

  private ExecutorState state = ExecutorState.IDLE;
  private KillingUpdates killingUpdates = KillingUpdates.UNKNOWN;
  private Optional<TaskUpdates> updates = Optional.empty();
  private Optional<RunnerSupervisor> runner = Optional.empty();
  private Optional<Duration> taskGrace = Optional.empty();
  private ExecutorExit exit = ExecutorExit.DONE;

  /** By when the present state has to be left. */
  private Optional<Duration> deadline = Optional.empty();

  private List<ExecutorEffect> effects = new ArrayList<>();

  ExecutorMachine(MachineSettings settings) {
    this.settings = settings;
  }

  /** To be called once, first. */
  Decision start(Duration now) {
    deadline = Optional.of(now.plus(LAUNCH_LIMIT));
    return decision();
  }

  Decision handle(ExecutorEvent event, Duration now) {
    dispatch(event, now);
    advance(now);
    return decision();
  }

  // Java 17 has no patterns in switch; the list of events is sealed.
  private void dispatch(ExecutorEvent event, Duration now) {
    if (event instanceof Registered registered) {
      killingUpdates = registered.killingUpdates();
    } else if (event instanceof LaunchRequested launch) {
      onLaunch(launch, now);
    } else if (event instanceof LaunchRefused refused) {
      onRefusedLaunch(refused, now);
    } else if (event instanceof Prepared prepared) {
      onPrepared(prepared.task(), now);
    } else if (event instanceof NotPrepared notPrepared) {
      if (state == ExecutorState.PREPARING) {
        finish(StatusResult.failed(notPrepared.message()), now);
      }
    } else if (event instanceof RunnerNotStarted notStarted) {
      runner.ifPresent(it -> it.notStarted(notStarted.reason()));
    } else if (event instanceof RunnerExited exited) {
      runner.ifPresent(it -> it.exited(exited.exit(), now));
    } else if (event instanceof Recorded recorded) {
      onRecorded(recorded.record(), recorded.run());
    } else if (event instanceof Forced forced) {
      runner.ifPresent(it -> it.forced(forced.survivors()));
    } else if (event instanceof CheckerReported reported) {
      onChecker(reported, now);
    } else if (event instanceof KillRequested kill) {
      onKill(kill, now);
    } else if (event instanceof ShutdownRequested shutdown) {
      StopPlan plan = StopPlan.shuttingDown(shutdown.grace());
      end(StatusResult.killed("Told to shut down executor."), ExecutorExit.DONE, plan, now);
    } else if (event instanceof AgentLost lost) {
      StopPlan plan = StopPlan.shuttingDown(settings.shutdownGrace());
      end(StatusResult.lost(lost.message()), ExecutorExit.AGENT_LOST, plan, now);
    } else if (event instanceof Faulted faulted) {
      StopPlan plan = StopPlan.shuttingDown(settings.shutdownGrace());
      StatusResult why = StatusResult.failed("Internal error: " + faulted.cause());
      end(why, ExecutorExit.INTERNAL_ERROR, plan, now);
    } else if (!(event instanceof TimerFired)) {
      throw new IllegalArgumentException("unknown event: " + event);
    }
  }

  private void onLaunch(LaunchRequested launch, Duration now) {
    if (state != ExecutorState.IDLE) {
      refuse(launch.taskId());
      return;
    }
    state = state.to(ExecutorState.PREPARING);
    deadline = Optional.of(now.plus(PREPARATION_LIMIT));
    updates = Optional.of(new TaskUpdates(launch.taskId(), settings.relay(), this::emit));
    updates.get().send(StatusResult.starting());
    taskGrace = launch.grace();
    emit(new ExecutorEffect.Prepare(launch.taskId(), launch.assignment()));
  }

  private void onRefusedLaunch(LaunchRefused refused, Duration now) {
    if (state != ExecutorState.IDLE) {
      refuse(refused.taskId());
      return;
    }
    updates = Optional.of(new TaskUpdates(refused.taskId(), settings.relay(), this::emit));
    finish(StatusResult.failed(refused.message()), now);
  }

  /** One executor, one task: the guard holds from the first one on (gaps 9.3 #31). */
  private void refuse(String taskId) {
    String current = updates.map(TaskUpdates::taskId).orElse("");
    if (taskId.equals(current) || !refused.add(taskId)) {
      report("Ignoring another launch of task " + taskId);
      return;
    }
    String why =
        current.isEmpty()
            ? "This executor is ending."
            : "Task already running on this executor: " + current;
    new TaskUpdates(taskId, Relay.TASK, this::emit).send(StatusResult.lost(why));
  }

  private void onPrepared(PreparedTask task, Duration now) {
    if (state != ExecutorState.PREPARING) {
      return; // Too late: killed meanwhile, and the runner must not be started (gaps 9.3 #30).
    }
    state = state.to(ExecutorState.SUPERVISING);
    deadline = Optional.empty();
    chain.report(Checker.RUNNER, StatusResult.starting());
    runner = Optional.of(new RunnerSupervisor(task, this::emit));
    runner.get().start(now);
    // Before anything can be heard of the task, so that even the shortest one is seen running.
    emit(new ExecutorEffect.StartCheckers(task));
  }

  private void onRecorded(CheckpointRecord record, int run) {
    if (state != ExecutorState.SUPERVISING) {
      return;
    }
    runner
        .orElseThrow()
        .recorded(
            record instanceof TaskStatus status ? Optional.of(status.state()) : Optional.empty());
    if (record instanceof ProcessStatus status) {
      if (status.state() == ProcessState.RUNNING) {
        chain.clear(Checker.RUNNER); // The task is up; whether it is well, others say.
      }
      // The first RUNNING of the task goes before that of the process.
      updates.orElseThrow().relay(new ProcessTransition(status, run));
    }
  }

  private void onChecker(CheckerReported reported, Duration now) {
    if (state != ExecutorState.SUPERVISING || chain.verdict().isPresent()) {
      return;
    }
    chain.report(reported.checker(), reported.status());
    if (chain.verdict().isPresent()) {
      runner.orElseThrow().stop(StopPlan.killing(settings.stopTimeout(), taskGrace), now);
    }
  }

  private void onKill(KillRequested kill, Duration now) {
    if (updates.isEmpty()) {
      report("Was asked to kill task but no task running!");
    } else if (!updates.get().taskId().equals(kill.taskId())) {
      report("Asked to kill a task other than what we are running!");
    } else {
      StopPlan plan = StopPlan.killing(settings.stopTimeout(), kill.grace().or(() -> taskGrace));
      end(StatusResult.killed("Instructed to kill task."), ExecutorExit.DONE, plan, now);
    }
  }

  /** The task has to end, and the executor with it. */
  private void end(StatusResult why, ExecutorExit code, StopPlan plan, Duration now) {
    if (state == ExecutorState.LINGERING || state == ExecutorState.STOPPED) {
      return;
    }
    exit = code == ExecutorExit.DONE ? exit : code;
    if (state == ExecutorState.IDLE) {
      linger(now);
      return;
    }
    chain.report(Checker.KILL_MANAGER, why);
    StatusResult verdict = chain.verdict().orElseThrow();
    if (state == ExecutorState.PREPARING) {
      report("Asked to kill task with incomplete sandbox - aborting runner start");
      finish(
          verdict.state() == UpdateState.KILLED
              ? StatusResult.killed("Task killed during initialization.")
              : verdict,
          now);
      return;
    }
    if (killingUpdates == KillingUpdates.WANTED && verdict.state() == UpdateState.KILLED) {
      updates.orElseThrow().send(new StatusResult(UpdateState.KILLING, verdict.message()));
    }
    runner.orElseThrow().stop(plan, now);
  }

  /** What has become due. */
  private void advance(Duration now) {
    boolean isLate = deadline.isPresent() && deadline.get().compareTo(now) <= 0;
    if (state == ExecutorState.IDLE && isLate) {
      report("Executor timing out.");
      exit = ExecutorExit.NO_TASK;
      linger(now);
    } else if (state == ExecutorState.PREPARING && isLate) {
      finish(StatusResult.failed("Timed out waiting for sandbox to initialize!"), now);
    } else if (state == ExecutorState.SUPERVISING) {
      supervise(now);
    }
    if (state == ExecutorState.LINGERING && deadline.orElseThrow().compareTo(now) <= 0) {
      state = state.to(ExecutorState.STOPPED);
      deadline = Optional.empty();
      emit(new ExecutorEffect.StopDriver(exit));
    }
  }

  private void supervise(Duration now) {
    RunnerSupervisor supervisor = runner.orElseThrow();
    supervisor.advance(now);
    if (supervisor.end().isPresent()) {
      finish(RunnerVerdict.of(supervisor.end().get(), chain.verdict()), now);
      return;
    }
    Optional<StatusResult> status = chain.status();
    if (status.isPresent() && status.get().state() == UpdateState.RUNNING) {
      updates.orElseThrow().send(status.get());
    }
  }

  private void finish(StatusResult last, Duration now) {
    if (runner.isPresent()) {
      emit(new ExecutorEffect.StopCheckers());
    }
    updates.orElseThrow().send(last);
    linger(now);
  }

  private void linger(Duration now) {
    state = state.to(ExecutorState.LINGERING);
    deadline = Optional.of(updates.isEmpty() ? now : now.plus(settings.linger()));
  }

  private void report(String text) {
    emit(new ExecutorEffect.Report(text));
  }

  private void emit(ExecutorEffect effect) {
    effects.add(effect);
  }

  private Decision decision() {
    Optional<Duration> wake =
        state == ExecutorState.SUPERVISING ? runner.orElseThrow().nextWake() : deadline;
    Decision decision = new Decision(effects, wake);
    effects = new ArrayList<>();
    return decision;
  }
}
