package org.thermos.executor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.checkpoint.TaskState;
import org.thermos.config.Resolution;
import org.thermos.flags.Flag;
import org.thermos.runner.RunnerFlags;
import org.thermos.sandbox.Sandbox;

/**
 * How a runner is called (executor 6.7).
 *
 * @param program its path
 * @param arguments what the executor's own command line says about runners
 */
record RunnerCommand(Path program, List<String> arguments) {
  RunnerCommand {
    arguments = List.copyOf(arguments);
  }

  /**
   * @param user whom processes run as; empty: as the runner
   * @param containerizer what starts them, in an image only
   */
  List<String> line(
      TaskPlace place,
      TaskPaths paths,
      Sandbox sandbox,
      Path json,
      Optional<String> user,
      Optional<String> containerizer,
      Resolution resolution) {
    List<String> line = new ArrayList<>();
    line.add(program.toString());
    line.add(argument(RunnerFlags.LOG_DIR, place.sandbox()));
    line.add(argument(RunnerFlags.CHECKPOINT_ROOT, paths.root()));
    line.add(argument(RunnerFlags.SANDBOX, sandbox.root()));
    line.add(argument(RunnerFlags.CONTAINER_SANDBOX, sandbox.containerRoot()));
    line.add(argument(RunnerFlags.TASK_ID, paths.taskId()));
    line.add(argument(RunnerFlags.THERMOS_JSON, json));
    line.add(argument(RunnerFlags.HOSTNAME, resolution.assignment().hostname()));
    line.addAll(arguments);
    user.ifPresent(name -> line.add(argument(RunnerFlags.SETUID, name)));
    containerizer.ifPresent(path -> line.add(argument(RunnerFlags.MESOS_CONTAINERIZER_PATH, path)));
    resolution
        .ports()
        .forEach((name, port) -> line.add(argument(RunnerFlags.PORT, name + ":" + port)));
    return line;
  }

  /**
   * The line for a runner that is started only to end the task.
   *
   * @param stop KILLED or LOST; empty leaves the line as it is
   */
  static List<String> toEnd(List<String> line, Optional<TaskState> stop) {
    List<String> more = new ArrayList<>(line);
    stop.ifPresent(
        outcome -> more.add(argument(RunnerFlags.STOP, outcome.name().toLowerCase(Locale.ROOT))));
    return more;
  }

  private static String argument(Flag flag, Object value) {
    return "--" + flag.name() + "=" + value;
  }
}
