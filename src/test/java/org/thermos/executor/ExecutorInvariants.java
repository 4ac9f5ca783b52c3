package org.thermos.executor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.thermos.checkpoint.TaskHistory;
import org.thermos.checkpoint.TaskState;
import org.thermos.executor.ExecutorEffect.SendUpdate;
import org.thermos.runner.SimulatedTime;
import org.thermos.runner.SimulatedWorld;
import org.thermos.runner.Violation;

/** What must hold of an executor in a simulated world, whatever goes wrong in it. */
final class ExecutorInvariants {
  private static final long SECOND = 1_000_000;

  /** What the end may take beyond its plan: a linger, and a moment for the hands. */
  private static final long SLACK = 6 * SECOND;

  private final SimulatedTime time;
  private final SimulatedWorld world;

  /** What the executor has read of the runner's stream. */
  private final TaskHistory history;

  private final Deque<Long> starts = new ArrayDeque<>();
  private Optional<UpdateState> last = Optional.empty();
  private Optional<Long> endBy = Optional.empty();
  private boolean wasAsked;
  private boolean wasKilledEarly;
  private boolean wasKilledBeforeLaunch;
  private boolean isForced;
  private boolean isAnnounced = true;

  /** Over HTTP: what it then makes of itself is what was wanted of it. */
  private boolean wasTold;

  private List<Integer> survivors = List.of();
  private boolean hasStopped;

  ExecutorInvariants(SimulatedTime time, SimulatedWorld world, TaskHistory history) {
    this.time = time;
    this.world = world;
    this.history = history;
  }

  boolean hasStopped() {
    return hasStopped;
  }

  // --- what it is told --------------------------------------------------------------------------

  void heard(ExecutorEvent event) {
    if (event instanceof ExecutorEvent.KillRequested kill) {
      wasKilledBeforeLaunch |= last.isEmpty() && kill.taskId().equals(Tasks.ID);
      if (last.isPresent() && kill.taskId().equals(Tasks.ID)) {
        asked(
            StopPlan.killing(SimulatedExecutor.SETTINGS.stopTimeout(), kill.grace()),
            kill.grace().map(grace -> grace.plusSeconds(10)));
      }
    } else if (event instanceof ExecutorEvent.ShutdownRequested shutdown) {
      asked(StopPlan.shuttingDown(shutdown.grace()), Optional.of(shutdown.grace()));
    } else if (event instanceof ExecutorEvent.AgentLost || event instanceof ExecutorEvent.Faulted) {
      Duration grace = SimulatedExecutor.SETTINGS.shutdownGrace();
      asked(StopPlan.shuttingDown(grace), Optional.of(grace));
    } else if (event instanceof ExecutorEvent.OfTask ofTask) {
      heard(ofTask.event());
    }
  }

  private void heard(SupervisionEvent event) {
    if (event instanceof SupervisionEvent.CheckerReported report) {
      wasAsked |= report.status().state().isTerminal();
    } else if (event instanceof SupervisionEvent.Forced forced) {
      survivors = forced.survivors();
    }
  }

  /**
   * @param most within which it has to be over, if less than what a kill may take
   */
  private void asked(StopPlan plan, Optional<Duration> most) {
    Duration limit = SimulatedExecutor.SETTINGS.stopTimeout();
    Duration within = most.filter(it -> it.compareTo(limit) < 0).orElse(limit);
    Violation.unless(
        plan.lose().compareTo(plan.force()) <= 0 && plan.force().compareTo(within) <= 0,
        "the executor ends in time",
        plan);
    long by = time.micros() + within.toNanos() / 1000 + SLACK;
    endBy = Optional.of(Math.min(by, endBy.orElse(by)));
    wasAsked = true;
    wasKilledEarly |= starts.isEmpty();
  }

  // --- what it does -----------------------------------------------------------------------------

  void check(ExecutorEffect effect) {
    Violation.unless(!hasStopped, "nothing is done after the end", effect);
    Violation.unless(
        endBy.isEmpty() || time.micros() <= endBy.get(),
        "the executor ends in time",
        effect,
        (time.micros() - endBy.orElse(0L)) / 1000,
        "ms late");
    if (effect instanceof SendUpdate send && send.update().taskId().equals(Tasks.ID)) {
      checkUpdate(send.update());
    } else if (effect instanceof ExecutorEffect.OfTask ofTask) {
      check(ofTask.effect());
    } else if (effect instanceof ExecutorEffect.StopDriver) {
      Violation.unless(
          last.isEmpty() || last.get().isTerminal(), "one terminal update, and it is the last");
      hasStopped = true;
    }
  }

  private void check(SupervisionEffect effect) {
    if (effect instanceof SupervisionEffect.StartRunner) {
      checkStart();
    } else if (effect instanceof SupervisionEffect.ForceKill) {
      isForced = true;
    } else if (effect instanceof SupervisionEffect.PostLifecycle) {
      wasTold = true;
    } else if (effect instanceof SupervisionEffect.StopCheckers) {
      isAnnounced = false;
    } else if (effect instanceof SupervisionEffect.SignalRunner) {
      Violation.unless(!isAnnounced, "no announced task is told to end");
    }
  }

  private void checkUpdate(TaskUpdate update) {
    UpdateState state = update.status().state();
    Violation.unless(
        last.isEmpty() || !last.get().isTerminal(),
        "one terminal update, and it is the last",
        update);
    Violation.unless(
        last.isPresent() || state == UpdateState.STARTING || wasKilledBeforeLaunch,
        "STARTING is the first update",
        update);
    Violation.unless(
        last.isEmpty() || state.compareTo(last.get()) >= 0, "no update goes back", update);
    last = Optional.of(state);
    if (state.isTerminal()) {
      checkEnd(update);
    }
  }

  private void checkEnd(TaskUpdate update) {
    UpdateState state = update.status().state();
    TaskState recorded = history.state();
    boolean saysSo = update.status().message().contains("could not be killed");
    Violation.unless(
        world.alive().isEmpty() || (saysSo && !survivors.isEmpty()),
        "nothing is alive when the terminal update is sent",
        world.alive(),
        update);
    Violation.unless(
        state != UpdateState.FINISHED || recorded == TaskState.SUCCESS,
        "the terminal update is what the checkpoint says",
        update,
        recorded);
    Violation.unless(
        recorded != TaskState.SUCCESS || state == UpdateState.FINISHED || isForced || wasTold,
        "the terminal update is what the checkpoint says",
        update,
        recorded);
    Violation.unless(
        recorded != TaskState.FAILED || state == UpdateState.FAILED || isForced || wasTold,
        "the terminal update is what the checkpoint says",
        update,
        recorded);
    Violation.unless(
        wasAsked || wasKilledBeforeLaunch || state != UpdateState.KILLED,
        "a task is killed only if that was asked",
        update);
  }

  private void checkStart() {
    Violation.unless(
        !wasKilledEarly, "no runner is started for a task that was killed before", starts);
    Violation.unless(
        last.filter(UpdateState::isTerminal).isEmpty(),
        "nothing is done after the end",
        "a runner is started");
    starts.addLast(time.micros());
    while (starts.getFirst() < time.micros() - 60 * SECOND) {
      starts.removeFirst();
    }
    // The first, three more within a minute, and one that is only to kill.
    Violation.unless(
        starts.size() <= 2 + RunnerSupervisor.RESTARTS,
        "a runner is restarted 3 times a minute",
        starts);
  }

  /** Checked a while after the executor ended. */
  void checkAfterwards() {
    Violation.unless(
        world.alive().isEmpty(), "nothing is alive at the end", world.alive().toString());
  }
}
