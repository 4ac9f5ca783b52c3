package org.thermos.executor;

import java.util.List;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.config.Resolution;

/**
 * A task whose sandbox is there and whose runner can be started.
 *
 * @param runnerCommand program and arguments, the same each time it is started
 */
record PreparedTask(Resolution resolution, TaskPaths paths, List<String> runnerCommand) {
  PreparedTask {
    runnerCommand = List.copyOf(runnerCommand);
  }
}
