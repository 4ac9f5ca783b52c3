package org.thermos.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.thermos.checkpoint.CheckpointException;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.RunnerHeader;
import org.thermos.checkpoint.TaskState;
import org.thermos.checkpoint.TaskStatus;
import org.thermos.plan.TaskPlanner;
import org.thermos.runner.CoordinatorTable.Entry;
import org.thermos.runner.CoordinatorTable.Standing;
import org.thermos.runner.TaskEffect.Adopt;
import org.thermos.runner.TaskEffect.CreateTaskFile;
import org.thermos.runner.TaskEffect.Exit;
import org.thermos.runner.TaskEffect.FinishTaskFile;
import org.thermos.runner.TaskEffect.Kill;
import org.thermos.runner.TaskEffect.KillTree;
import org.thermos.runner.TaskEffect.Launch;
import org.thermos.runner.TaskEffect.Report;
import org.thermos.runner.TaskEffect.Terminate;
import org.thermos.runner.TaskEvent.CoordinatorGone;
import org.thermos.runner.TaskEvent.LaunchDeferred;
import org.thermos.runner.TaskEvent.LaunchFailed;
import org.thermos.runner.TaskEvent.Recorded;
import org.thermos.runner.TaskEvent.StopRequested;
import org.thermos.runner.TaskEvent.TimerFired;
import org.thermos.runner.TaskEvent.TreeKilled;

/**
 * Decides the whole life of one task (runner 3.2 to 3.8): which record comes next and what has to
 * be done. Touches nothing outside itself: no clock, file or process; so it can be run in a
 * simulated world. Whoever drives it makes the order and the records of a decision durable before
 * performing its effects, and never drops an effect. Not thread-safe.
 */
public final class TaskMachine {
  /** How long a coordinator has to obey an order to kill before it is killed itself. */
  static final Duration KILL_PATIENCE = Duration.ofSeconds(1);

  /** How long a deferred launch waits for the previous coordinator to let go of its stream. */
  static final Duration LAUNCH_RETRY = Duration.ofMillis(50);

  private static final int KILLED_BY_RUNNER = -1;

  private final TaskProgress progress;
  private final RunnerHeader header;
  private final RunnerIdentity runner;
  private final Launching launching;
  private final StopClock stopClock;
  private final CoordinatorTable coordinators = new CoordinatorTable();

  /** When the order to kill what is left was given. */
  private Optional<Duration> killOrderedAt = Optional.empty();

  private Optional<StopOrder> newOrder = Optional.empty();
  private List<CheckpointRecord> records = new ArrayList<>();
  private List<TaskEffect> effects = new ArrayList<>();

  /**
   * @param progress what earlier runners of this task recorded, replayed; this machine goes on with
   *     it
   * @param header what to write if no earlier runner did
   * @param runner who signs the task's records
   */
  public TaskMachine(TaskProgress progress, RunnerHeader header, RunnerIdentity runner) {
    this(progress, header, runner, Launching.ALLOWED);
  }

  /**
   * @param launching if forbidden, the task has to be started with an order to end
   */
  TaskMachine(
      TaskProgress progress, RunnerHeader header, RunnerIdentity runner, Launching launching) {
    this.progress = progress;
    this.header = header;
    this.runner = runner;
    this.launching = launching;
    this.stopClock = new StopClock(progress.task().finalizationWait());
  }

  public TaskState state() {
    return progress.state();
  }

  /**
   * Takes control of the task, new or found half-way: signs the current state, and picks up every
   * run that may still be going. To be called once, first, and not on a task that is over.
   *
   * @param order that the task has to end, if an earlier runner was told so, or this one was
   *     started for that
   */
  public Decision start(Optional<StopOrder> order, Moment now) {
    TaskState state = progress.state();
    if (state.isTerminal()) {
      throw new IllegalStateException("cannot take control of a task that is " + state);
    }
    progress.finalizationStart().ifPresent(stopClock::startFinalization);
    record(status(state, now), now);
    if (progress.header().isEmpty()) {
      record(header, now);
    }
    effects.add(new CreateTaskFile());
    for (TaskProgress.OpenRun run : progress.openRuns()) {
      coordinators.put(
          new Entry(
              run.process(),
              run.run(),
              run.waitingSeq(),
              run.state(),
              Standing.SOUGHT,
              Optional.empty()));
      effects.add(new Adopt(run.status()));
      // The record of a stage may be durable and its signals lost: they are sent again.
      if (isWindingDown(run.process()) && run.state() == ProcessState.RUNNING) {
        effects.add(new Terminate(run.process()));
      }
    }
    order.ifPresent(it -> stop(it, now));
    return advance(now);
  }

  /** Whether a launch that could not be performed when it was decided is still right. */
  boolean isWanted(Launch launch) {
    return killOrderedAt.isEmpty()
        && progress.isCurrent(launch.process())
        && coordinators
            .get(launch.process())
            .filter(entry -> entry.run() == launch.run() && entry.standing() == Standing.PRESENT)
            .isPresent();
  }

  /** Decides about one event. */
  public Decision handle(TaskEvent event, Moment now) {
    // Java 17 has no patterns in switch; the list of events is sealed and short.
    if (event instanceof Recorded recorded) {
      onRecorded(recorded.status(), now);
    } else if (event instanceof CoordinatorGone gone) {
      coordinators.get(gone.process()).ifPresent(entry -> onGone(entry, now));
    } else if (event instanceof LaunchDeferred deferred) {
      coordinators
          .get(deferred.process())
          .ifPresent(entry -> onDeferred(entry, deferred.retry(), now));
    } else if (event instanceof LaunchFailed failed) {
      coordinators
          .get(failed.process())
          .ifPresent(entry -> onLaunchFailed(entry, failed.reason(), now));
    } else if (event instanceof TreeKilled killed) {
      coordinators
          .get(killed.process())
          .ifPresent(entry -> onTreeKilled(entry, killed.survivors(), now));
    } else if (event instanceof StopRequested stop) {
      stop(new StopOrder(stop.outcome(), now.uptime().plus(stop.budget())), now);
    } else if (!(event instanceof TimerFired)) {
      throw new IllegalArgumentException("unknown event: " + event);
    }
    return advance(now);
  }

  private void onRecorded(ProcessStatus status, Moment now) {
    Optional<Entry> entry = coordinators.get(status.process());
    if (entry.isEmpty() || !progress.isNext(status)) {
      return; // Already known from the task's own stream, or nothing of ours.
    }
    try {
      progress.apply(status, now);
    } catch (CheckpointException e) {
      effects.add(new Report("ignoring a record of a coordinator: " + e.getMessage()));
      return;
    }
    records.add(status);
    coordinators.put(entry.get().in(status.state()));
    if (status.state() == ProcessState.RUNNING) {
      if (killOrderedAt.isPresent()) {
        effects.add(new Kill(status.process()));
      } else if (isWindingDown(status.process())) {
        effects.add(new Terminate(status.process()));
      }
    }
  }

  private void onGone(Entry entry, Moment now) {
    switch (entry.state()) {
      case WAITING -> {
        if (entry.standing() == Standing.PRESENT) {
          putOff(
              entry,
              LAUNCH_RETRY,
              now); // It died before it began: nothing ran, nothing is counted.
        } else {
          launchOrDrop(entry);
        }
      }
      case FORKED, RUNNING -> {
        if (entry.standing() != Standing.ORPHANED) {
          killTree(entry);
        }
      }
      case SUCCESS, FAILED, KILLED, LOST -> coordinators.remove(entry.process());
    }
  }

  private void onDeferred(Entry entry, Duration retry, Moment now) {
    if (entry.state() == ProcessState.WAITING) {
      putOff(entry, retry, now);
    } else {
      onGone(entry, now); // It had said FORKED already, and could not make it durable.
    }
  }

  private void putOff(Entry entry, Duration retry, Moment now) {
    coordinators.put(entry.with(Standing.DEFERRED, now.uptime().plus(retry)));
  }

  private void onLaunchFailed(Entry entry, String reason, Moment now) {
    String process = entry.process();
    effects.add(new Report("cannot start process " + process + ": " + reason));
    if (entry.state() != ProcessState.WAITING) {
      onGone(entry, now);
      return;
    }
    coordinators.remove(process);
    if (progress.isCurrent(process)) {
      record(ProcessStatus.notForked(progress.nextSeq(process), process), now);
    }
  }

  /** Starts a run that has nothing but WAITING, unless it has become too late for that. */
  private void launchOrDrop(Entry entry) {
    if (progress.isCurrent(entry.process())
        && killOrderedAt.isEmpty()
        && launching == Launching.ALLOWED) {
      coordinators.put(entry.with(Standing.PRESENT));
      effects.add(new Launch(entry.process(), entry.run(), entry.seq()));
    } else {
      coordinators.remove(entry.process());
    }
  }

  private void killTree(Entry entry) {
    coordinators.put(entry.with(Standing.ORPHANED));
    effects.add(new KillTree(entry.process()));
  }

  private void onTreeKilled(Entry entry, List<Integer> survivors, Moment now) {
    if (!survivors.isEmpty()) {
      coordinators.put(entry.with(Standing.ORPHANED, now.uptime().plus(KILL_PATIENCE)));
      return;
    }
    coordinators.remove(entry.process());
    switch (entry.state()) {
      case FORKED, RUNNING -> {
        String process = entry.process();
        long seq = progress.nextSeq(process);
        record(
            killOrderedAt.isPresent()
                ? ProcessStatus.ended(
                    seq, process, ProcessState.KILLED, now.wall(), KILLED_BY_RUNNER)
                : ProcessStatus.lost(seq, process),
            now);
      }
      case WAITING, SUCCESS, FAILED, KILLED, LOST -> {
        // Nothing to say: it never started, or its end is recorded.
      }
    }
  }

  private void stop(StopOrder order, Moment now) {
    if (progress.state().isTerminal()) {
      return; // It was faster.
    }
    if (stopClock.stop(order)) {
      newOrder = stopClock.order();
    }
    if (progress.state() == TaskState.ACTIVE) {
      enterCleaning(now);
    }
  }

  /** Goes as far as can be gone without another event, and hands out what was decided. */
  private Decision advance(Moment now) {
    do {
      while (step(now)) {
        // Each step may have made the next one due.
      }
    } while (retry(now)); // What was dropped may be all that the stage was waiting for.
    Decision decision = new Decision(newOrder, records, effects, nextWake(now));
    newOrder = Optional.empty();
    records = new ArrayList<>();
    effects = new ArrayList<>();
    return decision;
  }

  /** One change of stage, or the work of the present one. True if there may be more to do. */
  private boolean step(Moment now) {
    switch (progress.state()) {
      case ACTIVE -> {
        if (!progress.isHealthy() || progress.plan().isComplete()) {
          enterCleaning(now);
          return true;
        }
        schedule(now);
        return false;
      }
      case CLEANING -> {
        if (isTimeUp(now)) {
          return finish(now);
        }
        if (coordinators.unfinishedCount() > 0) {
          return false;
        }
        if (launching == Launching.FORBIDDEN) {
          return finish(now); // The finalizers have to do without their turn.
        }
        record(status(TaskState.FINALIZING, now), now);
        return true;
      }
      case FINALIZING -> {
        TaskPlanner plan = progress.plan();
        boolean isAllThere =
            launching == Launching.FORBIDDEN && coordinators.unfinishedCount() == 0;
        if (plan.isComplete() || plan.isDeadlocked() || isAllThere || isTimeUp(now)) {
          return finish(now);
        }
        schedule(now);
        return false;
      }
      case SUCCESS, FAILED, KILLED, LOST -> {
        return false;
      }
    }
    throw new IllegalStateException("unknown state " + progress.state());
  }

  /** Also when a stop that came too late brought more time: what is being killed stays so. */
  private boolean isTimeUp(Moment now) {
    return killOrderedAt.isPresent() || stopClock.isOver(now.uptime());
  }

  private void enterCleaning(Moment now) {
    record(status(TaskState.CLEANING, now), now);
    stopClock.startFinalization(now.uptime());
    if (stopClock.isOver(now.uptime())) {
      return; // No time to ask: everything is about to be killed.
    }
    for (Entry entry : coordinators.unfinished()) {
      if (entry.state() == ProcessState.RUNNING) {
        effects.add(new Terminate(entry.process()));
      }
    }
  }

  /** Starts what may start: at most max_concurrency at a time, in the order of declaration. */
  private void schedule(Moment now) {
    if (launching == Launching.FORBIDDEN) {
      return;
    }
    long room =
        progress.task().maxConcurrency() > 0
            ? progress.task().maxConcurrency() - coordinators.unfinishedCount()
            : Long.MAX_VALUE;
    if (room <= 0) {
      return;
    }
    for (String process : progress.plan().runnableAt(now.uptime())) {
      if (room <= 0) {
        return;
      }
      if (coordinators.has(process)) {
        continue; // The previous run's coordinator is about to go; its end brings us here again.
      }
      ProcessStatus waiting = ProcessStatus.waiting(progress.nextSeq(process), process);
      record(waiting, now);
      int run = progress.lastRun(process);
      coordinators.put(Entry.launching(process, run, waiting.seq()));
      effects.add(new Launch(process, run, waiting.seq()));
      room--;
    }
  }

  /**
   * Ends the task: first nothing may be alive, then the terminal record is written, last of all.
   * True if the task is over.
   */
  private boolean finish(Moment now) {
    killRemaining(now);
    if (!coordinators.isEmpty()) {
      return false;
    }
    TaskState outcome =
        stopClock
            .order()
            .map(StopOrder::outcome)
            .orElse(progress.isHealthy() ? TaskState.SUCCESS : TaskState.FAILED);
    record(status(outcome, now), now);
    effects.add(new FinishTaskFile());
    effects.add(new Exit());
    return true;
  }

  private void killRemaining(Moment now) {
    if (killOrderedAt.isPresent()) {
      return;
    }
    killOrderedAt = Optional.of(now.uptime());
    for (Entry entry : coordinators.unfinished()) {
      if (entry.standing() == Standing.DEFERRED) {
        coordinators.remove(entry.process()); // It has become too late to start it.
      } else {
        effects.add(new Kill(entry.process()));
      }
    }
  }

  /**
   * Does again what was put off, and gives up on coordinators that do not obey.
   *
   * @return whether something was dropped instead
   */
  private boolean retry(Moment now) {
    boolean dropped = false;
    boolean impatient =
        killOrderedAt.filter(at -> at.plus(KILL_PATIENCE).compareTo(now.uptime()) <= 0).isPresent();
    for (Entry entry : coordinators.all()) {
      boolean due = entry.isDue(now.uptime());
      if (due && entry.standing() == Standing.DEFERRED) {
        launchOrDrop(entry);
        dropped |= !coordinators.has(entry.process());
      } else if (due || (impatient && entry.standing() != Standing.ORPHANED)) {
        killTree(entry);
      }
    }
    return dropped;
  }

  private Optional<Duration> nextWake(Moment now) {
    Optional<Duration> wake = Optional.empty();
    if (progress.state() == TaskState.ACTIVE || progress.state() == TaskState.FINALIZING) {
      wake = earliest(wake, progress.plan().nextOpening(now.uptime()));
    }
    if (!progress.state().isTerminal()) {
      wake =
          earliest(
              wake,
              killOrderedAt.isPresent()
                  ? killOrderedAt
                      .map(at -> at.plus(KILL_PATIENCE))
                      .filter(at -> at.compareTo(now.uptime()) > 0)
                  : stopClock.deadline());
    }
    for (Entry entry : coordinators.all()) {
      wake = earliest(wake, entry.retryAt());
    }
    return wake;
  }

  private static Optional<Duration> earliest(Optional<Duration> a, Optional<Duration> b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.or(() -> b);
    }
    return a.get().compareTo(b.get()) <= 0 ? a : b;
  }

  /** Whether a process that turns up running has to be asked to stop. */
  private boolean isWindingDown(String process) {
    return !progress.isCurrent(process);
  }

  private TaskStatus status(TaskState state, Moment now) {
    return new TaskStatus(state, now.wall(), runner.pid(), runner.uid());
  }

  private void record(CheckpointRecord record, Moment now) {
    try {
      progress.apply(record, now);
    } catch (CheckpointException e) {
      throw new IllegalStateException("the task machine made an impossible record: " + record, e);
    }
    records.add(record);
  }
}
