package org.thermos.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.mesos.Protos.TaskStatus;

/** Shows a local run as it goes on. */
interface RunView {
  /** The task was handed to the agent. */
  void started(LocalTask task, RunPlaces places);

  void updated(Instant time, TaskStatus status);

  /**
   * The user asked for the end.
   *
   * @param times how often so far
   */
  void stopping(int times);

  /**
   * The run is over.
   *
   * @param failures why it failed, the last one last
   * @param executorLines the end of what the executor wrote to its standard error, if it failed
   */
  void ended(
      RunEnd end,
      Duration took,
      RunPlaces places,
      List<FailedRun> failures,
      List<String> executorLines);
}
