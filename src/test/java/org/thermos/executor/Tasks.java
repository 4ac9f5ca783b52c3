package org.thermos.executor;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.config.Assignment;
import org.thermos.config.ConfigException;
import org.thermos.config.LaunchContext;
import org.thermos.config.Resolution;

/** Tasks for tests that start nothing. */
final class Tasks {
  static final String ID = "task-1";

  private Tasks() {}

  static Assignment assignment() {
    return assignment(
        """
        {"name": "hello",
         "processes": [{"name": "p", "cmdline": "true"}],
         "resources": {"cpu": 1.0, "ram": 1048576, "disk": 1048576}}
        """);
  }

  static Assignment assignment(String json) {
    try {
      return Assignment.decode(
          json.getBytes(StandardCharsets.UTF_8), new LaunchContext(ID, "host", Map.of()));
    } catch (ConfigException e) {
      throw new AssertionError(e);
    }
  }

  static PreparedTask prepared() {
    try {
      return new PreparedTask(
          Resolution.of(assignment(), "nobody"),
          TaskPaths.of(Path.of("/checkpoints"), ID),
          List.of("/thermos-runner"));
    } catch (ConfigException e) {
      throw new AssertionError(e);
    }
  }
}
