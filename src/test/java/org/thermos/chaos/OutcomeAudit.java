package org.thermos.chaos;

import java.util.ArrayList;
import java.util.List;
import org.apache.mesos.Protos.TaskStatus;
import org.thermos.checkpoint.TaskState;

/** Holds the last update of a task against its checkpoint and what was to be expected of it. */
final class OutcomeAudit {
  private final Trial trial;
  private final TaskStatus told;
  private final List<String> complaints = new ArrayList<>();

  /**
   * @param told the last update
   * @param recorded the last state in the checkpoint
   */
  OutcomeAudit(Trial trial, TaskStatus told, TaskState recorded) {
    this.trial = trial;
    this.told = told;
    if (told.getSource() == TaskStatus.Source.SOURCE_EXECUTOR) {
      if (!agrees(recorded)) {
        complaints.add("Mesos was told " + words(told) + ", the checkpoint says " + recorded);
      }
      if (!isExpected()) {
        complaints.add("expected " + trial.task().outcome() + ", Mesos was told " + words(told));
      }
    } else if (!mayBeAgents()) {
      complaints.add("the agent ended a task whose executor nobody killed: " + words(told));
    }
  }

  List<String> complaints() {
    return complaints;
  }

  static String words(TaskStatus status) {
    return status.getState() + " from " + status.getSource() + ": " + status.getMessage();
  }

  /** Whether the agent had a reason to speak for the executor. */
  private boolean mayBeAgents() {
    boolean mayMissLaunch = trial.suffered(Blow.Kind.AGENT) || trial.suffered(Blow.Kind.CUT_STREAM);
    return trial.suffered(Blow.Kind.EXECUTOR)
        || (mayMissLaunch && says("Task launched during agent restart"))
        || (trial.wasKillAsked() && says("Killed before delivery"));
  }

  private boolean agrees(TaskState recorded) {
    if (toldState() == recorded) {
      return true;
    }
    if (recorded.isTerminal()) {
      // A task that had to be pressed is LOST to its runner, and killed to who wanted it so.
      return toldState() == TaskState.KILLED && recorded == TaskState.LOST && trial.wasKillAsked();
    }
    return isGivenUp() || says("did not end in time") || says("killed during initialization");
  }

  private boolean isExpected() {
    boolean isKilled = trial.wasKillAsked() && toldState() == TaskState.KILLED;
    boolean mayBeGivenUp =
        trial.deaths() > Trial.TOLERATED_RUNNER_DEATHS
            || (trial.wasKillAsked() && trial.deaths() > 0);
    return toldState() == trial.task().outcome() || isKilled || (isGivenUp() && mayBeGivenUp);
  }

  /** Whether the executor despaired of the runner. */
  private boolean isGivenUp() {
    boolean hasDied = says(" died ") || says("was killed by signal") || says("exited with");
    return toldState() == TaskState.LOST && hasDied;
  }

  private boolean says(String words) {
    return told.getMessage().contains(words);
  }

  private TaskState toldState() {
    return switch (told.getState()) {
      case TASK_FINISHED -> TaskState.SUCCESS;
      case TASK_FAILED -> TaskState.FAILED;
      case TASK_KILLED -> TaskState.KILLED;
      default -> TaskState.LOST;
    };
  }
}
