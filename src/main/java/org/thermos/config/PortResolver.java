package org.thermos.config;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The ports of a task: the assigned ones, and the announcer's portmap, whose entries are numbers or
 * names of other ports (config 5.4). Entries that lead to no number are dropped.
 */
final class PortResolver {
  private final Map<String, String> targets;

  private PortResolver(Map<String, String> targets) {
    this.targets = targets;
  }

  static Map<String, Integer> resolve(Map<String, String> portmap, Map<String, Integer> assigned)
      throws ConfigException {
    Map<String, String> targets = new TreeMap<>(portmap);
    assigned.forEach((name, port) -> targets.put(name, port.toString()));
    return new PortResolver(targets).resolveAll();
  }

  private Map<String, Integer> resolveAll() throws ConfigException {
    Map<String, Integer> resolved = new TreeMap<>();
    for (String name : targets.keySet()) {
      Optional<Integer> port = follow(name);
      port.ifPresent(number -> resolved.put(name, number));
    }
    return resolved;
  }

  private Optional<Integer> follow(String name) throws ConfigException {
    Set<String> visited = new HashSet<>();
    String target = name;
    while (targets.containsKey(target)) {
      if (!visited.add(target)) {
        throw ConfigException.invalid(
            "Found cycle in portmap! Announcer[portmap] leads from " + name + " back to " + target);
      }
      String next = targets.get(target);
      Optional<Integer> number = number(next);
      if (number.isPresent()) {
        return number;
      }
      target = next;
    }
    return Optional.empty();
  }

  private static Optional<Integer> number(String target) {
    try {
      return Optional.of(Integer.valueOf(target.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
