package org.thermos.runner;

import java.time.Duration;
import java.util.List;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskState;

/** Something that happened outside and that a {@link TaskMachine} has to decide about. */
public sealed interface TaskEvent {

  /** A coordinator appended a record to its stream. */
  record Recorded(ProcessStatus status) implements TaskEvent {}

  /**
   * The coordinator of a process' last run is not there (any more), and its stream has been read to
   * its end.
   */
  record CoordinatorGone(String process) implements TaskEvent {}

  /**
   * The coordinator could not be started yet: its predecessor still holds the stream, or the system
   * lacks something that it may have again.
   *
   * @param retry how long to wait before the next attempt
   */
  record LaunchDeferred(String process, Duration retry) implements TaskEvent {
    LaunchDeferred(String process) {
      this(process, TaskMachine.LAUNCH_RETRY);
    }
  }

  /** The coordinator could not be started, and trying again at once would not help. */
  record LaunchFailed(String process, String reason) implements TaskEvent {}

  /**
   * The tree of a process was killed by force.
   *
   * @param survivors what could not be killed within the time allowed, empty if nothing is left
   */
  record TreeKilled(String process, List<Integer> survivors) implements TaskEvent {}

  /**
   * Somebody wants the task to end.
   *
   * @param outcome KILLED or LOST
   * @param budget how long processes and finalizers may take; zero kills at once
   */
  record StopRequested(TaskState outcome, Duration budget) implements TaskEvent {}

  /** The time asked for by the last decision has come. */
  record TimerFired() implements TaskEvent {}
}
