package org.thermos.config;

import java.util.Map;

/**
 * What the launch of a task tells besides its configuration. Counts only where the configuration
 * comes as JSON: Aurora's message says it all itself.
 *
 * @param ports by name, as assigned
 */
public record LaunchContext(String taskId, String hostname, Map<String, Integer> ports) {
  public LaunchContext {
    ports = Map.copyOf(ports);
  }
}
