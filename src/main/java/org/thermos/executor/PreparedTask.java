package org.thermos.executor;

import java.nio.file.Path;
import java.util.List;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.config.Resolution;
import org.thermos.health.CheckPlace;

/**
 * A task whose sandbox is there and whose runner can be started.
 *
 * @param checks where its health checks find it
 * @param directories what its disk limit is about
 * @param runnerCommand program and arguments, the same each time it is started
 */
record PreparedTask(
    Launch launch,
    Resolution resolution,
    TaskPaths paths,
    CheckPlace checks,
    List<Path> directories,
    List<String> runnerCommand) {
  PreparedTask {
    directories = List.copyOf(directories);
    runnerCommand = List.copyOf(runnerCommand);
  }
}
