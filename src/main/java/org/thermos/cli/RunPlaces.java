package org.thermos.cli;

import java.nio.file.Path;
import org.thermos.checkpoint.TaskPaths;

/**
 * Where the things of a local run are.
 *
 * @param workDirectory the agent's
 * @param executor the executor's directory, with its own output in {@code stdout} and {@code
 *     stderr}
 */
record RunPlaces(Path workDirectory, Path executor) {
  /** The working directory of the task's processes. */
  Path sandbox() {
    return executor.resolve("sandbox");
  }

  /** The output of the processes: {@code <process>/<run>/stdout} and {@code stderr}. */
  Path logs() {
    return TaskPaths.defaultLogs(sandbox());
  }

  Path checkpointRoot() {
    return executor.resolve("checkpoints");
  }
}
