package org.thermos.config;

import java.util.Map;
import java.util.Optional;
import org.thermos.config.Assignment.ContainerKind;
import org.thermos.fuzz.FuzzInput;
import org.thermos.fuzz.Require;

/** Any text as the configuration of an Aurora job. */
public final class JobFuzz {
  private JobFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    Assignment assignment =
        new Assignment(
            "task-id",
            "host",
            3,
            Map.of("http", 31000, "health", 31001),
            Optional.of(new JobKey("role", "prod", "job")),
            ContainerKind.NONE,
            new FuzzInput(bytes).text());
    try {
      Resolution resolution = Resolution.of(assignment, "nobody");
      Require.that(!resolution.user().isEmpty(), "somebody runs it");
      Require.that(!Resolution.requestedPorts(assignment).contains(""), "ports have names");
    } catch (ConfigException e) {
      Require.that(!e.getMessage().isBlank(), "a refusal says why");
    }
  }
}
