package org.thermos.executor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.mesos.Protos.CheckStatusInfo;
import org.apache.mesos.Protos.TaskStatus.Reason;
import org.thermos.executor.SupervisionEvent.Telling;

/**
 * The updates of one task, in an order that a scheduler can rely on: STARTING first, each other
 * state once at most, and nothing after a terminal one. What would break that is dropped. Only what
 * Mesos' own checks find is told by saying the present state again.
 *
 * <p>Transitions of processes are told as long as the task is alive. They do not change its state:
 * those before RUNNING wait for it, so that a scheduler never takes a task for healthy too early.
 */
final class TaskUpdates {
  private final String taskId;
  private final Relay relay;
  private final Consumer<TaskUpdate> out;
  private final List<ProcessTransition> held = new ArrayList<>();
  private Optional<UpdateState> last = Optional.empty();
  private Optional<Boolean> healthy = Optional.empty();
  private Optional<CheckStatusInfo> check;

  /**
   * @param check what goes with every update until the check that Mesos defines has found something
   */
  TaskUpdates(
      String taskId, Relay relay, Optional<CheckStatusInfo> check, Consumer<TaskUpdate> out) {
    this.taskId = taskId;
    this.relay = relay;
    this.check = check;
    this.out = out;
  }

  void send(StatusResult status) {
    send(status, Optional.empty());
  }

  /**
   * Tells a state.
   *
   * @param culprit the run that brought the task there, if a run did
   */
  void send(StatusResult status, Optional<ProcessTransition> culprit) {
    boolean goesBack = last.isPresent() && status.state().compareTo(last.get()) <= 0;
    if (goesBack || isOver()) {
      return;
    }
    if (status.state().isTerminal()) {
      tellHeld();
    }
    last = Optional.of(status.state());
    emit(status, Optional.empty(), culprit);
    if (status.state() != UpdateState.STARTING && !isOver()) {
      tellHeld();
    }
  }

  void relay(ProcessTransition transition) {
    if (relay == Relay.TASK || isOver()) {
      return;
    }
    held.add(transition);
    if (hasRun()) {
      tellHeld();
    }
  }

  /**
   * Goes with every update from now on.
   *
   * @param message why it is not healthy; may be empty
   */
  void healthy(boolean isHealthy, String message, Telling telling) {
    healthy = Optional.of(isHealthy);
    if (telling == Telling.AT_ONCE) {
      repeat(Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED, message);
    }
  }

  /** Goes with every update from now on. */
  void check(CheckStatusInfo status) {
    boolean isNews = !check.equals(Optional.of(status));
    check = Optional.of(status);
    if (isNews) {
      repeat(Reason.REASON_TASK_CHECK_STATUS_UPDATED, "");
    }
  }

  private void repeat(Reason why, String message) {
    // As Mesos' executors: not before the task runs, nor once it is being killed.
    if (last.equals(Optional.of(UpdateState.RUNNING))) {
      StatusResult status = new StatusResult(UpdateState.RUNNING, message).because(why);
      emit(status, Optional.empty(), Optional.empty());
    }
  }

  private void tellHeld() {
    for (ProcessTransition transition : held) {
      StatusResult status = new StatusResult(last.orElse(UpdateState.STARTING), transition.words());
      emit(status, Optional.of(transition), Optional.empty());
    }
    held.clear();
  }

  private void emit(
      StatusResult status,
      Optional<ProcessTransition> transition,
      Optional<ProcessTransition> culprit) {
    out.accept(new TaskUpdate(taskId, status, transition, culprit, healthy, check));
  }

  private boolean hasRun() {
    return last.isPresent() && last.get() != UpdateState.STARTING;
  }

  private boolean isOver() {
    return last.isPresent() && last.get().isTerminal();
  }
}
