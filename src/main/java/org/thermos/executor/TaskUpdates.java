package org.thermos.executor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.thermos.executor.ExecutorEffect.SendUpdate;

/**
 * The updates of one task, in an order that a scheduler can rely on: STARTING first, each other
 * state once at most, and nothing after a terminal one. What would break that is dropped.
 *
 * <p>Transitions of processes are told as long as the task is alive. They do not change its state:
 * those before RUNNING wait for it, so that a scheduler never takes a task for healthy too early.
 */
final class TaskUpdates {
  private final String taskId;
  private final Relay relay;
  private final Consumer<? super ExecutorEffect> effects;
  private final List<ProcessTransition> held = new ArrayList<>();
  private Optional<UpdateState> last = Optional.empty();

  TaskUpdates(String taskId, Relay relay, Consumer<? super ExecutorEffect> effects) {
    this.taskId = taskId;
    this.relay = relay;
    this.effects = effects;
  }

  String taskId() {
    return taskId;
  }

  void send(StatusResult status) {
    boolean goesBack = last.isPresent() && status.state().compareTo(last.get()) <= 0;
    if (goesBack || isOver()) {
      return;
    }
    if (status.state().isTerminal()) {
      tellHeld();
    }
    last = Optional.of(status.state());
    effects.accept(new SendUpdate(taskId, status, Optional.empty()));
    if (status.state() != UpdateState.STARTING && !isOver()) {
      tellHeld();
    }
  }

  void relay(ProcessTransition transition) {
    if (relay == Relay.TASK || isOver()) {
      return;
    }
    held.add(transition);
    if (last.isPresent() && last.get() != UpdateState.STARTING) {
      tellHeld();
    }
  }

  private void tellHeld() {
    for (ProcessTransition transition : held) {
      StatusResult status = new StatusResult(last.orElse(UpdateState.STARTING), transition.words());
      effects.accept(new SendUpdate(taskId, status, Optional.of(transition)));
    }
    held.clear();
  }

  private boolean isOver() {
    return last.isPresent() && last.get().isTerminal();
  }
}
