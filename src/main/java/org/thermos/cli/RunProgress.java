package org.thermos.cli;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;

/** Decides how a local run goes on, and what came of it. Touches nothing. Not thread-safe. */
final class RunProgress {
  /** What is to be done about an event. */
  enum Action {
    NOTHING,
    /** Kill the task, with the time that it needs for that. */
    KILL,
    /** Kill the task now, and shut its executor down. */
    FORCE
  }

  /** How long an executor may take to end after its task, or the last update to come after it. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Set<TaskState> ALIVE =
      EnumSet.of(
          TaskState.TASK_STAGING,
          TaskState.TASK_STARTING,
          TaskState.TASK_RUNNING,
          TaskState.TASK_KILLING);

  private Optional<TaskStatus> last = Optional.empty();
  private boolean executorSpoke;
  private boolean executorEnded;
  private boolean abandoned;
  private int stops;

  Action handle(RunEvent event) {
    if (event instanceof RunEvent.Updated updated) {
      onUpdate(updated.status());
    } else if (event instanceof RunEvent.ExecutorEnded) {
      executorEnded = true;
    } else if (event instanceof RunEvent.StopAsked) {
      return onStop();
    } else {
      abandoned = true;
    }
    return Action.NOTHING;
  }

  /** Whether there is nothing more to wait for. */
  boolean isOver() {
    return abandoned || (isTaskOver() && executorEnded);
  }

  /** How long to wait for the next event; empty: for ever. */
  Optional<Duration> patience() {
    return isTaskOver() || executorEnded ? Optional.of(PATIENCE) : Optional.empty();
  }

  /** How the task ended, as far as it is known. */
  RunEnd end() {
    TaskStatus status =
        last.filter(it -> isTaskOver())
            .orElseGet(
                () ->
                    TaskStatus.newBuilder(TaskStatus.getDefaultInstance())
                        .setState(TaskState.TASK_LOST)
                        .setMessage("Given up before its end was known.")
                        .buildPartial());
    return new RunEnd(
        status.getState(),
        status.getMessage(),
        executorSpoke || status.getState() != TaskState.TASK_FAILED
            ? RunEnd.Executor.STARTED
            : RunEnd.Executor.NEVER_STARTED);
  }

  /** How often the user has asked for the end. */
  int stops() {
    return stops;
  }

  private void onUpdate(TaskStatus status) {
    executorSpoke |= status.getSource() == TaskStatus.Source.SOURCE_EXECUTOR;
    if (!isTaskOver()) {
      last = Optional.of(status);
    }
  }

  private Action onStop() {
    stops++;
    if (stops == 1) {
      return Action.KILL;
    }
    abandoned = stops > 2;
    return Action.FORCE;
  }

  private boolean isTaskOver() {
    return last.isPresent() && !ALIVE.contains(last.get().getState());
  }
}
