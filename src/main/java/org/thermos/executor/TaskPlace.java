package org.thermos.executor;

import java.nio.file.Path;

/**
 * Where a task is kept.
 *
 * @param directory the task's own, as the host sees it
 * @param sandbox the same directory as the executor sees it: of the runner's logs and input
 * @param checkpointRoot where tools look for all tasks of the executor
 */
record TaskPlace(Path directory, Path sandbox, Path checkpointRoot) {
  TaskPlace {
    directory = directory.toAbsolutePath().normalize();
    sandbox = sandbox.toAbsolutePath().normalize();
    checkpointRoot = checkpointRoot.toAbsolutePath().normalize();
  }

  /**
   * For an executor's only task.
   *
   * @param directory {@code MESOS_DIRECTORY}
   * @param sandbox {@code MESOS_SANDBOX}
   */
  static TaskPlace only(Path directory, Path sandbox) {
    return new TaskPlace(directory, sandbox, sandbox.resolve("checkpoints"));
  }

  /**
   * For one of many tasks.
   *
   * @throws IllegalArgumentException if the name cannot be that of a directory
   */
  static TaskPlace oneOfMany(Path directory, Path sandbox, String taskId) {
    Path own = Path.of("tasks", taskId);
    if (own.getNameCount() != 2 || !own.equals(own.normalize())) {
      throw new IllegalArgumentException("cannot make a directory for task " + taskId);
    }
    return new TaskPlace(
        directory.resolve(own), sandbox.resolve(own), sandbox.resolve("checkpoints"));
  }
}
