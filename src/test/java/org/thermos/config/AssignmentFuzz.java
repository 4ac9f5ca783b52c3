package org.thermos.config;

import java.util.Map;
import org.thermos.fuzz.Require;

/** Any bytes as {@code TaskInfo.data}, through all that happens before the first process. */
public final class AssignmentFuzz {
  private static final LaunchContext CONTEXT =
      new LaunchContext("task-id", "host", Map.of("http", 31000, "health", 31001));

  private AssignmentFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Assignment assignment = Assignment.decode(data, CONTEXT);
      Resolution resolution = Resolution.of(assignment, "nobody");
      Require.that(!resolution.runnerInput().isEmpty(), "the runner is given a task");
    } catch (ConfigException e) {
      Require.that(!e.getMessage().isBlank(), "a refusal says why");
    }
  }
}
