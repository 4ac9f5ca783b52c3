package org.thermos.executor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.Protos.CheckStatusInfo;
import org.apache.mesos.Protos.TaskStatus.Reason;
import org.thermos.executor.ExecutorEffect.Company;
import org.thermos.executor.ExecutorEvent.AgentLost;
import org.thermos.executor.ExecutorEvent.Faulted;
import org.thermos.executor.ExecutorEvent.GroupRequested;
import org.thermos.executor.ExecutorEvent.KillRequested;
import org.thermos.executor.ExecutorEvent.KillingUpdates;
import org.thermos.executor.ExecutorEvent.LaunchRefused;
import org.thermos.executor.ExecutorEvent.LaunchRequested;
import org.thermos.executor.ExecutorEvent.OfTask;
import org.thermos.executor.ExecutorEvent.Registered;
import org.thermos.executor.ExecutorEvent.ShutdownRequested;
import org.thermos.executor.ExecutorEvent.TimerFired;

/**
 * Decides the whole life of an executor (executor 6.2 to 6.9): which tasks it takes, whose fate
 * they share, and when it ends. Touches nothing outside itself. Times are readings of one monotonic
 * clock. Not thread-safe.
 */
final class ExecutorMachine {
  /** How long an executor waits for a task (executor 6.2). */
  static final Duration LAUNCH_LIMIT = Duration.ofSeconds(10);

  private final MachineSettings settings;

  /** Those that live, in the order in which they came. */
  private final Map<String, TaskSupervision> tasks = new LinkedHashMap<>();

  /** By the name of each member; a task that was launched alone is in none. */
  private final Map<String, TaskGroup> groups = new HashMap<>();

  /** All that were told of: no second launch of one is heeded. */
  private final RecentNames known = new RecentNames();

  private final RecentNames killedBeforeLaunch = new RecentNames();

  private ExecutorState state = ExecutorState.IDLE;
  private KillingUpdates killingUpdates = KillingUpdates.UNKNOWN;
  private ExecutorExit exit = ExecutorExit.DONE;
  private boolean isEnding;

  /** By when an executor without tasks gets one or ends. */
  private Duration deadline = Duration.ZERO;

  private List<ExecutorEffect> effects = new ArrayList<>();

  ExecutorMachine(MachineSettings settings) {
    this.settings = settings;
  }

  /** To be called once, first. */
  Decision start(Duration now) {
    deadline = now.plus(LAUNCH_LIMIT);
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
    } else if (event instanceof LaunchRequested || event instanceof LaunchRefused) {
      onLaunch(List.of(event), now);
    } else if (event instanceof GroupRequested group) {
      onLaunch(group.tasks(), now);
    } else if (event instanceof OfTask ofTask) {
      Optional.ofNullable(tasks.get(ofTask.taskId()))
          .ifPresent(task -> task.handle(ofTask.event(), now));
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

  // Launching.

  /** Takes all of them or none: a group's tasks, or a single one. */
  private void onLaunch(List<ExecutorEvent> launches, Duration now) {
    List<ExecutorEvent> fresh =
        launches.stream()
            .filter(
                launch -> {
                  boolean isFresh = known.add(taskId(launch)) && !tasks.containsKey(taskId(launch));
                  if (!isFresh) {
                    report("Ignoring another launch of task " + taskId(launch));
                  }
                  return isFresh;
                })
            .toList();
    Optional<String> refusal = refusal(fresh.size());
    if (refusal.isPresent()) {
      fresh.forEach(launch -> tell(launch, StatusResult.lost(refusal.get())));
      return;
    }
    if (fresh.isEmpty()) {
      return;
    }
    if (state == ExecutorState.IDLE) {
      state = state.to(ExecutorState.SERVING);
    }
    if (fresh.size() > 1) {
      TaskGroup group = new TaskGroup(fresh.stream().map(ExecutorMachine::taskId).toList());
      group.members().forEach(member -> groups.put(member, group));
    }
    fresh.forEach(launch -> take(launch, now));
  }

  /** Why so many more tasks cannot be taken. A group is no reason, for it is told to be one. */
  private Optional<String> refusal(int count) {
    if (isEnding || state == ExecutorState.LINGERING || state == ExecutorState.STOPPED) {
      return Optional.of("This executor is ending.");
    }
    if (tasks.isEmpty() || tasks.size() + count <= settings.maxTasks()) {
      return Optional.empty();
    }
    // The guard holds from the first task on (gaps 9.3 #31).
    return Optional.of(
        settings.maxTasks() == 1
            ? "Task already running on this executor: " + tasks.keySet().iterator().next()
            : "This executor runs "
                + tasks.size()
                + " tasks already, of at most "
                + settings.maxTasks()
                + ": see --max-tasks.");
  }

  private void take(ExecutorEvent launch, Duration now) {
    if (launch instanceof LaunchRequested requested) {
      String taskId = requested.launch().taskId();
      Optional<StatusResult> doom =
          killedBeforeLaunch.remove(taskId)
              ? Optional.of(StatusResult.killed("Task killed before it was launched."))
              : Optional.ofNullable(groups.get(taskId)).flatMap(TaskGroup::doom);
      if (doom.isPresent()) {
        StatusResult killed = doom.get().because(Reason.REASON_TASK_KILLED_DURING_LAUNCH);
        tell(launch, killed);
        shareFate(taskId, killed, now);
      } else {
        boolean isAlone = settings.maxTasks() == 1 && !groups.containsKey(taskId);
        Company company = isAlone ? Company.ALONE : Company.AMONG_OTHERS;
        emit(new ExecutorEffect.BeginTask(taskId, company));
        tasks.put(
            taskId,
            new TaskSupervision(settings, requested.launch(), killingUpdates, this::emit, now));
      }
    } else if (launch instanceof LaunchRefused refused) {
      StatusResult failed =
          StatusResult.failed(refused.message()).because(Reason.REASON_TASK_INVALID);
      tell(launch, failed);
      shareFate(refused.taskId(), failed, now);
    }
  }

  private static String taskId(ExecutorEvent launch) {
    return launch instanceof LaunchRequested requested
        ? requested.launch().taskId()
        : ((LaunchRefused) launch).taskId();
  }

  /** The one update of a task that never comes to life. */
  private void tell(ExecutorEvent launch, StatusResult status) {
    Optional<CheckStatusInfo> check =
        launch instanceof LaunchRequested requested
            ? requested.launch().nothingFound()
            : Optional.empty();
    new TaskUpdates(
            taskId(launch),
            Relay.TASK,
            check,
            update -> emit(new ExecutorEffect.SendUpdate(update)))
        .send(status);
  }

  // Ending.

  private void onKill(KillRequested kill, Duration now) {
    TaskSupervision task = tasks.get(kill.taskId());
    if (task != null) {
      kill(task, StatusResult.killed("Instructed to kill task."), kill.grace(), now);
    } else if (known.contains(kill.taskId())) {
      report("Was asked to kill task " + kill.taskId() + ", which is over");
    } else {
      killedBeforeLaunch.add(kill.taskId());
      report(
          tasks.isEmpty()
              ? "Was asked to kill task but no task running!"
              : "Asked to kill a task other than what we are running!");
    }
  }

  private void kill(
      TaskSupervision task, StatusResult why, Optional<Duration> grace, Duration now) {
    task.end(why, StopPlan.killing(settings.stopTimeout(), grace.or(task::grace)), now);
  }

  /** The tasks have to end, and the executor with them. */
  private void end(StatusResult why, ExecutorExit code, StopPlan plan, Duration now) {
    if (state == ExecutorState.LINGERING || state == ExecutorState.STOPPED) {
      return;
    }
    exit = code == ExecutorExit.DONE ? exit : code;
    isEnding = true;
    tasks.values().forEach(task -> task.end(why, plan, now));
  }

  private void shareFate(String taskId, StatusResult last, Duration now) {
    TaskGroup group = groups.remove(taskId);
    if (group == null || last.state() == UpdateState.FINISHED) {
      return;
    }
    StatusResult doom = group.doomedBy(taskId, last.state());
    for (String member : group.members()) {
      Optional.ofNullable(tasks.get(member))
          .ifPresent(task -> kill(task, doom, Optional.empty(), now));
    }
  }

  /** What has become due. */
  private void advance(Duration now) {
    // One task's end may be another's reason to end.
    for (int living = -1; living != tasks.size(); ) {
      living = tasks.size();
      for (TaskSupervision task : List.copyOf(tasks.values())) {
        task.advance(now);
        if (task.last().isPresent()) {
          tasks.remove(task.taskId());
          emit(new ExecutorEffect.EndTask(task.taskId()));
          shareFate(task.taskId(), task.last().get(), now);
        }
      }
    }
    if (tasks.isEmpty()) {
      rest(now);
    }
  }

  private void rest(Duration now) {
    if (state == ExecutorState.SERVING) {
      if (isEnding || settings.maxTasks() == 1) {
        linger(now.plus(settings.linger()));
      } else {
        state = state.to(ExecutorState.IDLE);
        deadline = now.plus(LAUNCH_LIMIT);
      }
    } else if (state == ExecutorState.IDLE && isEnding) {
      linger(now);
    } else if (state == ExecutorState.IDLE && deadline.compareTo(now) <= 0) {
      report("Executor timing out.");
      exit = known.isEmpty() ? ExecutorExit.NO_TASK : ExecutorExit.DONE;
      linger(now);
    }
    if (state == ExecutorState.LINGERING && deadline.compareTo(now) <= 0) {
      state = state.to(ExecutorState.STOPPED);
      emit(new ExecutorEffect.StopDriver(exit));
    }
  }

  private void linger(Duration until) {
    state = state.to(ExecutorState.LINGERING);
    deadline = until;
  }

  private void report(String text) {
    emit(new ExecutorEffect.Report(text));
  }

  private void emit(ExecutorEffect effect) {
    effects.add(effect);
  }

  private Decision decision() {
    Optional<Duration> wake =
        switch (state) {
          case IDLE, LINGERING -> Optional.of(deadline);
          case SERVING ->
              tasks.values().stream()
                  .map(TaskSupervision::nextWake)
                  .flatMap(Optional::stream)
                  .min(Duration::compareTo);
          case STOPPED -> Optional.empty();
        };
    Decision decision = new Decision(effects, wake);
    effects = new ArrayList<>();
    return decision;
  }
}
