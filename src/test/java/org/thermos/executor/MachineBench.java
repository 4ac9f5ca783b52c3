package org.thermos.executor;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskState;
import org.thermos.checkpoint.TaskStatus;
import org.thermos.executor.ExecutorEffect.SendUpdate;
import org.thermos.executor.SupervisionEvent.Recorded;
import org.thermos.executor.SupervisionEvent.RunnerExit;
import org.thermos.executor.SupervisionEvent.RunnerExited;
import org.thermos.process.ExitStatus;

/** A machine, a clock that only tests move, and all that the machine wanted done. */
final class MachineBench {
  static final Duration STOP_TIMEOUT = Duration.ofMinutes(2);
  static final Duration GRACE = Duration.ofSeconds(5);

  final List<ExecutorEffect> effects = new ArrayList<>();
  final ExecutorMachine machine;
  Duration now = Duration.ofHours(1);
  Optional<Duration> wakeAt;

  /** Whether the checkers of the first task stop when they are told to. */
  boolean checkersAnswer = true;

  private int asked;

  MachineBench() {
    this(Relay.TASK, Duration.ZERO);
  }

  MachineBench(Relay relay, Duration linger) {
    this(relay, 1, linger);
  }

  MachineBench(Relay relay, int maxTasks, Duration linger) {
    machine =
        new ExecutorMachine(new MachineSettings(relay, maxTasks, STOP_TIMEOUT, GRACE, linger));
    wakeAt = take(machine.start(now));
  }

  void handle(ExecutorEvent event) {
    wakeAt = take(machine.handle(event, now));
    while (checkersAnswer && asked < all(SupervisionEffect.StopCheckers.class).size()) {
      asked++;
      handle(new SupervisionEvent.CheckersStopped());
    }
  }

  /** Something that happened to the only task. */
  void handle(SupervisionEvent event) {
    handle(Tasks.ID, event);
  }

  void handle(String taskId, SupervisionEvent event) {
    handle(new ExecutorEvent.OfTask(taskId, event));
  }

  private Optional<Duration> take(Decision decision) {
    effects.addAll(decision.effects());
    return decision.wakeAt();
  }

  /** Lets time pass until the machine wants to be woken. */
  void sleep() {
    now = wakeAt.orElseThrow(() -> new AssertionError("the machine waits for ever"));
    handle(new ExecutorEvent.TimerFired());
  }

  void launch() {
    handle(new ExecutorEvent.LaunchRequested(Tasks.launch(Tasks.ID)));
  }

  void prepared() {
    handle(new SupervisionEvent.Prepared(Tasks.prepared()));
  }

  /** A task that is up and well. */
  void run() {
    launch();
    prepared();
    recorded(TaskState.ACTIVE);
    handle(healthy());
    recorded(ProcessStatus.waiting(0, "p"), 0);
    recorded(ProcessStatus.forked(1, "p", 99, Instant.EPOCH), 0);
    recorded(ProcessStatus.running(2, "p", 100, Instant.EPOCH), 0);
  }

  void recorded(CheckpointRecord record, int run) {
    handle(new Recorded(record, run));
  }

  void recorded(TaskState state) {
    recorded(new TaskStatus(state, Instant.EPOCH, 1, 0), 0);
  }

  void ended(ProcessState state, int returnCode) {
    recorded(ProcessStatus.ended(3, "p", state, Instant.EPOCH, returnCode), 0);
  }

  void exited(int code) {
    handle(new RunnerExited(new RunnerExit(new ExitStatus(code << 8), Optional.empty())));
  }

  void exited(int code, String cause) {
    handle(new RunnerExited(new RunnerExit(new ExitStatus(code << 8), Optional.of(cause))));
  }

  void killed(int signal) {
    handle(new RunnerExited(new RunnerExit(new ExitStatus(signal), Optional.empty())));
  }

  void kill() {
    handle(new ExecutorEvent.KillRequested(Tasks.ID, Optional.empty()));
  }

  void kill(Duration grace) {
    handle(new ExecutorEvent.KillRequested(Tasks.ID, Optional.of(grace)));
  }

  void shutdown() {
    handle(new ExecutorEvent.ShutdownRequested(GRACE));
  }

  static SupervisionEvent healthy() {
    return new SupervisionEvent.CheckerReported(
        Checker.HEALTH, new StatusResult(UpdateState.RUNNING, "well"));
  }

  /** The updates of the task, as {@code STATE message}. */
  List<String> updates() {
    return updates(Tasks.ID);
  }

  List<String> updates(String taskId) {
    return effects.stream()
        .filter(SendUpdate.class::isInstance)
        .map(SendUpdate.class::cast)
        .map(SendUpdate::update)
        .filter(update -> update.taskId().equals(taskId))
        .map(update -> (update.status().state() + " " + update.status().message()).strip())
        .toList();
  }

  String lastUpdate() {
    return updates().get(updates().size() - 1);
  }

  /** What the machine wanted done to itself or to a task. */
  <E> List<E> all(Class<E> type) {
    return effects.stream()
        .<Object>map(it -> it instanceof ExecutorEffect.OfTask ofTask ? ofTask.effect() : it)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  Optional<ExecutorExit> exit() {
    return all(ExecutorEffect.StopDriver.class).stream()
        .map(ExecutorEffect.StopDriver::exit)
        .findFirst();
  }
}
