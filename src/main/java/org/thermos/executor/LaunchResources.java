package org.thermos.executor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.Protos.Resource;
import org.apache.mesos.Protos.Value;
import org.thermos.config.ConfigException;
import org.thermos.config.ConfigException.Kind;
import org.thermos.config.json.Json;

/** What a launch was given of the agent: for tasks that do not say it themselves. */
final class LaunchResources {
  private static final int MAXIMUM_PORTS = 1024;
  private static final int HIGHEST_PORT = 65535;
  private static final double MEBIBYTE = 1024 * 1024;

  private LaunchResources() {}

  /**
   * As a task has them; empty if none of cpus, mem and disk is there. What is not said has no
   * limit.
   */
  static Optional<Json.Dictionary> limits(List<Resource> resources) {
    boolean any =
        resources.stream().anyMatch(it -> List.of("cpus", "mem", "disk").contains(it.getName()));
    return any ? Optional.of(all(resources)) : Optional.empty();
  }

  /** The same, with no limit at all if nothing is said. */
  static Json.Dictionary all(List<Resource> resources) {
    Map<String, Json> task = new LinkedHashMap<>();
    task.put("cpu", new Json.Real(sum(resources, "cpus").orElse(0.0)));
    task.put("ram", bytes(sum(resources, "mem")));
    task.put("disk", bytes(sum(resources, "disk")));
    task.put("gpu", new Json.Int(sum(resources, "gpus").orElse(0.0).longValue()));
    return new Json.Dictionary(task);
  }

  /** Over all roles and reservations. */
  private static Optional<Double> sum(List<Resource> resources, String name) {
    double sum = 0;
    boolean found = false;
    for (Resource resource : resources) {
      double value = resource.getScalar().getValue();
      if (resource.getName().equals(name) && Double.isFinite(value) && value >= 0) {
        sum += value;
        found = true;
      }
    }
    return found ? Optional.of(sum) : Optional.empty();
  }

  private static Json bytes(Optional<Double> mebibytes) {
    // A double beyond the longest long becomes that.
    return new Json.Int(mebibytes.map(it -> (long) (it * MEBIBYTE)).orElse(Long.MAX_VALUE));
  }

  /** {@code port0}, {@code port1} and so on, in the order of the ranges. */
  static Map<String, Integer> ports(List<Resource> resources) throws ConfigException {
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (Resource resource : resources) {
      if (!resource.getName().equals("ports")) {
        continue;
      }
      for (Value.Range range : resource.getRanges().getRangeList()) {
        if (range.getBegin() < 0 || range.getEnd() > HIGHEST_PORT) {
          throw refused("its range of ports ends at " + range.getEnd());
        }
        for (long port = range.getBegin(); port <= range.getEnd(); port++) {
          if (ports.size() == MAXIMUM_PORTS) {
            throw refused("it has more than " + MAXIMUM_PORTS + " ports");
          }
          ports.put("port" + ports.size(), (int) port);
        }
      }
    }
    return ports;
  }

  private static ConfigException refused(String why) {
    return new ConfigException(
        Kind.UNREADABLE, "Could not deserialize task. Cannot use its resources: " + why);
  }
}
