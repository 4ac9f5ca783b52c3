package org.thermos.runner;

import org.thermos.checkpoint.ProcessStatus;

/**
 * Something a {@link TaskMachine} wants done, after the records of the same decision are durable.
 */
public sealed interface TaskEffect {

  /**
   * Whether it would be wrong without the records of its decision. Looking for what runs and ending
   * it never is, once a task was told to end.
   */
  default boolean needsRecord() {
    return false;
  }

  /** Put the task's definition into {@code tasks/active}, unless it is there. */
  record CreateTaskFile() implements TaskEffect {
    @Override
    public boolean needsRecord() {
      return true;
    }
  }

  /** Move the task's definition to {@code tasks/finished}. */
  record FinishTaskFile() implements TaskEffect {
    @Override
    public boolean needsRecord() {
      return true;
    }
  }

  /**
   * Start a coordinator for a run whose WAITING record is durable.
   *
   * @param run index of the run in the process' history, from 0
   * @param seq sequence number of its WAITING record
   */
  record Launch(String process, int run, long seq) implements TaskEffect {
    @Override
    public boolean needsRecord() {
      return true;
    }
  }

  /**
   * Find the coordinator that an earlier runner started and watch it. Answered by {@link
   * TaskEvent.CoordinatorGone} if it is not there or when it ends.
   *
   * @param run what the task's own stream says of the run
   */
  record Adopt(ProcessStatus run) implements TaskEffect {
    String process() {
      return run.process();
    }
  }

  /** Send SIGTERM to everything the process started. */
  record Terminate(String process) implements TaskEffect {}

  /** Have the coordinator kill everything below it and record the end. */
  record Kill(String process) implements TaskEffect {}

  /**
   * Kill the coordinator and everything below it by force. Answered by {@link
   * TaskEvent.TreeKilled}.
   */
  record KillTree(String process) implements TaskEffect {}

  /** Tell the operator, in the runner's log. */
  record Report(String text) implements TaskEffect {}

  /** The task is over and everything about it is durable: leave. */
  record Exit() implements TaskEffect {
    @Override
    public boolean needsRecord() {
      return true;
    }
  }
}
