package org.thermos.config;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.thermos.fuzz.Require;

/** Any bytes as the JSON of a task, as a runner takes it. */
public final class TaskFuzz {
  private TaskFuzz() {}

  public static void fuzzerTestOneInput(byte[] json) {
    BoundTask bound;
    try {
      bound = bind(TaskTemplate.parse(json));
    } catch (ConfigException e) {
      Require.that(!e.getMessage().isBlank(), "a refusal says why");
      return;
    }
    requireSameFromDisk(bound);
  }

  static BoundTask bind(TaskTemplate template) throws ConfigException {
    Map<String, Integer> ports = new HashMap<>();
    template.requiredPorts().forEach(port -> ports.put(port, 31000 + ports.size()));
    return template.bind("task-id", "nobody", ports);
  }

  /** What a runner keeps beside the checkpoint is the task. */
  static void requireSameFromDisk(BoundTask bound) {
    try {
      Task kept = TaskTemplate.parseLeniently(bound.json().getBytes(StandardCharsets.UTF_8));
      Require.equal(kept, bound.task(), "the task comes back from its file as it was");
    } catch (ConfigException e) {
      throw new AssertionError("its own file is refused: " + bound.json(), e);
    }
  }
}
