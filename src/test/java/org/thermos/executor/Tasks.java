package org.thermos.executor;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.config.Assignment;
import org.thermos.config.ConfigException;
import org.thermos.config.LaunchContext;
import org.thermos.config.Resolution;
import org.thermos.health.CheckPlace;

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
    return assignment(json, Map.of());
  }

  private static Assignment assignment(String json, Map<String, Integer> ports) {
    try {
      return Assignment.decode(
          json.getBytes(StandardCharsets.UTF_8), new LaunchContext(ID, "host", ports));
    } catch (ConfigException e) {
      throw new AssertionError(e);
    }
  }

  static Launch launch(String taskId) {
    return launch(taskId, assignment(), Optional.empty());
  }

  static Launch launch(String taskId, Assignment assignment, Optional<Duration> grace) {
    return new Launch(
        taskId,
        new DecodedLaunch(assignment, TaskEnvironment.EMPTY, List.of()),
        Optional.empty(),
        Optional.empty(),
        grace);
  }

  static PreparedTask prepared() {
    return prepared(assignment());
  }

  /** One that wants to be told over HTTP when it has to end. */
  static PreparedTask preparedForHttp() {
    String json =
        """
        {"task": {"name": "hello",
                  "processes": [{"name": "p", "cmdline": "true"}],
                  "resources": {"cpu": 1.0, "ram": 1048576, "disk": 1048576}},
         "instance": 0,
         "lifecycle": {"http": {"port": "health"}}}
        """;
    return prepared(assignment(json, Map.of("health", 8080)));
  }

  private static PreparedTask prepared(Assignment assignment) {
    try {
      return new PreparedTask(
          launch(ID, assignment, Optional.empty()),
          Resolution.of(assignment, "nobody"),
          TaskPaths.of(Path.of("/checkpoints"), ID),
          new CheckPlace(
              Path.of("/sandbox"),
              Optional.empty(),
              Map.of(),
              Optional.empty(),
              UnaryOperator.identity()),
          List.of(),
          List.of("/thermos-runner"));
    } catch (ConfigException e) {
      throw new AssertionError(e);
    }
  }
}
