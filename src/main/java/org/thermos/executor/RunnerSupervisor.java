package org.thermos.executor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.thermos.checkpoint.TaskState;
import org.thermos.executor.SupervisionEvent.RunnerExit;
import org.thermos.process.Signal;
import org.thermos.runner.ExitCode;

/**
 * Decides about the runner: when it is started again, how it is stopped, and what is done when it
 * does not obey. Nothing of the task is alive when it is over. Part of {@link TaskSupervision}, and
 * as pure.
 *
 * <p>Unlike the original, a runner that is killed is started again, and then adopts what is running
 * (gaps 9.3 #28); only if that does not help is the task ended.
 */
final class RunnerSupervisor {
  /** How long a runner may take to take control (executor 6.7). */
  static final Duration START_LIMIT = Duration.ofSeconds(60);

  /** How long a runner may take that is only to kill. */
  static final Duration SWEEP_LIMIT = Duration.ofSeconds(10);

  /** So many times within this time a runner is started again. */
  static final int RESTARTS = 3;

  static final Duration RESTART_WINDOW = Duration.ofSeconds(60);

  /**
   * What a JVM exits with that runs out of memory (the launcher says -XX:+ExitOnOutOfMemoryError).
   */
  private static final int OUT_OF_MEMORY = 3;

  private final PreparedTask task;
  private final Consumer<? super SupervisionEffect> effects;
  private final Consumer<String> reports;
  private final Deque<Duration> restarts = new ArrayDeque<>();

  private RunnerState state = RunnerState.ABSENT;
  private RunnerEnd.Reach reach = RunnerEnd.Reach.NEVER_IN_CONTROL;
  private TaskState taskState = TaskState.ACTIVE;
  private int starts;

  /** By when the present state has to be left. */
  private Optional<Duration> deadline = Optional.empty();

  private Optional<Duration> loseAt = Optional.empty();
  private Optional<Duration> forceAt = Optional.empty();
  private boolean mayTerminate;
  private Optional<Signal> sent = Optional.empty();

  private Optional<RunnerExit> lastExit = Optional.empty();
  private Function<List<Integer>, RunnerEnd> afterForce = RunnerEnd.Forced::new;
  private Optional<RunnerEnd> end = Optional.empty();

  RunnerSupervisor(
      PreparedTask task, Consumer<? super SupervisionEffect> effects, Consumer<String> reports) {
    this.task = task;
    this.effects = effects;
    this.reports = reports;
  }

  Optional<RunnerEnd> end() {
    return end;
  }

  void start(Duration now) {
    starts++;
    // One that follows must not begin anything before it is told to end the task, if it has to end.
    launch(RunnerState.STARTING, now.plus(START_LIMIT), forceAt.map(any -> TaskState.KILLED));
  }

  void notStarted(String reason) {
    if (state != RunnerState.STARTING && state != RunnerState.SWEEPING) {
      return;
    }
    if (lastExit.isPresent()) {
      force(survivors -> swept(lastExit.get(), survivors));
    } else {
      finish(new RunnerEnd.NotStarted(reason));
    }
  }

  /** The runner wrote a record, with which the task is in this state. */
  void recorded(TaskState state) {
    taskState = state;
    if (this.state == RunnerState.STARTING) {
      this.state = this.state.to(RunnerState.IN_CONTROL);
      reach = RunnerEnd.Reach.IN_CONTROL;
      deadline = Optional.empty();
    }
  }

  void exited(RunnerExit exit, Duration now) {
    switch (state) {
      case STARTING, IN_CONTROL -> {
        lastExit = Optional.of(exit);
        if (taskState.isTerminal()) {
          finish(new RunnerEnd.Exited(exit, taskState, reach));
        } else if (hasDied(exit) && mayRestart(now)) {
          restarts.add(now);
          report("Starting the runner again, which " + RunnerVerdict.describe(exit));
          start(now);
        } else if (reach == RunnerEnd.Reach.NEVER_IN_CONTROL) {
          finish(new RunnerEnd.Exited(exit, taskState, reach));
        } else {
          report("Starting a runner to kill what is left: one " + RunnerVerdict.describe(exit));
          launch(RunnerState.SWEEPING, now.plus(SWEEP_LIMIT), Optional.of(TaskState.LOST));
        }
      }
      case SWEEPING -> {
        if (taskState.isTerminal()) {
          finish(swept(lastExit.orElse(exit), List.of()));
        } else {
          force(survivors -> swept(lastExit.orElse(exit), survivors));
        }
      }
      case ABSENT, FORCED, OVER -> {
        // Nothing depends on it any more.
      }
    }
  }

  void forced(List<Integer> survivors) {
    if (state == RunnerState.FORCED) {
      finish(afterForce.apply(survivors));
    }
  }

  /** The task has to end. Said again, the earlier times count. */
  void stop(StopPlan plan, Duration now) {
    loseAt = Optional.of(earliest(loseAt, now.plus(plan.lose())));
    forceAt = Optional.of(earliest(forceAt, now.plus(plan.force())));
  }

  /** All has been done that comes before signals. */
  void terminate() {
    mayTerminate = true;
  }

  /** Does what is due. */
  void advance(Duration now) {
    boolean isLate = isDue(deadline, now);
    switch (state) {
      case STARTING -> {
        if (isLate) {
          report("The runner does not take control within " + START_LIMIT.toSeconds() + " s");
          force(
              survivors ->
                  lastExit.isPresent()
                      ? swept(lastExit.get(), survivors)
                      : new RunnerEnd.LateStart());
        } else if (isDue(forceAt, now)) {
          force(RunnerEnd.Forced::new);
        }
      }
      case IN_CONTROL -> {
        if (isDue(forceAt, now)) {
          force(RunnerEnd.Forced::new);
        } else if (isDue(loseAt, now)) {
          send(Signal.USER_2);
        } else if (mayTerminate && sent.isEmpty()) {
          send(Signal.USER_1);
        }
      }
      case SWEEPING -> {
        if (isLate || isDue(forceAt, now)) {
          force(survivors -> swept(lastExit.orElseThrow(), survivors));
        }
      }
      case ABSENT, FORCED, OVER -> {
        // Nothing is awaited.
      }
    }
  }

  /** When {@link #advance} has something to do, unless something else happens before. */
  Optional<Duration> nextWake() {
    Optional<Duration> lose = sent.equals(Optional.of(Signal.USER_2)) ? Optional.empty() : loseAt;
    return switch (state) {
      case STARTING, SWEEPING -> earliest(deadline, forceAt);
      case IN_CONTROL -> earliest(lose, forceAt);
      case ABSENT, FORCED, OVER -> Optional.empty();
    };
  }

  private void launch(RunnerState target, Duration by, Optional<TaskState> stop) {
    state = state.to(target);
    deadline = Optional.of(by);
    sent = stop.map(any -> Signal.USER_1);
    effects.accept(new SupervisionEffect.StartRunner(task, stop));
  }

  private void send(Signal signal) {
    if (!sent.equals(Optional.of(signal))) {
      sent = Optional.of(signal);
      effects.accept(new SupervisionEffect.SignalRunner(signal));
    }
  }

  private void force(Function<List<Integer>, RunnerEnd> then) {
    state = state.to(RunnerState.FORCED);
    afterForce = then;
    report("Killing the runner and all that it started");
    effects.accept(new SupervisionEffect.ForceKill());
  }

  private void finish(RunnerEnd how) {
    state = state.to(RunnerState.OVER);
    end = Optional.of(how);
  }

  private RunnerEnd swept(RunnerExit exit, List<Integer> survivors) {
    return new RunnerEnd.Swept(exit, taskState, starts, survivors);
  }

  private void report(String text) {
    reports.accept(text);
  }

  private boolean mayRestart(Duration now) {
    while (!restarts.isEmpty() && restarts.getFirst().plus(RESTART_WINDOW).compareTo(now) <= 0) {
      restarts.removeFirst();
    }
    return restarts.size() < RESTARTS;
  }

  /** Whether the runner did not leave on its own account, so that another may do better. */
  private static boolean hasDied(RunnerExit exit) {
    if (exit.status().signal().isPresent()) {
      return true;
    }
    int code = exit.status().exitCode().getAsInt();
    return code == ExitCode.UNKNOWN_ERROR.code() || code == OUT_OF_MEMORY;
  }

  private static boolean isDue(Optional<Duration> at, Duration now) {
    return at.isPresent() && at.get().compareTo(now) <= 0;
  }

  private static Duration earliest(Optional<Duration> known, Duration other) {
    return known.isPresent() && known.get().compareTo(other) <= 0 ? known.get() : other;
  }

  private static Optional<Duration> earliest(Optional<Duration> a, Optional<Duration> b) {
    return Stream.of(a, b).flatMap(Optional::stream).min(Duration::compareTo);
  }
}
