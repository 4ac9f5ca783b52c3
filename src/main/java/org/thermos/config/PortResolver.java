package org.thermos.config;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

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

  /** Where those of {@code names} lead that lead to no number, aliases followed to their end. */
  static Set<String> unresolved(Map<String, String> portmap, Set<String> names)
      throws ConfigException {
    PortResolver resolver = new PortResolver(portmap);
    Set<String> ends = new TreeSet<>();
    for (String name : names) {
      String end = resolver.end(name);
      if (end.equals(name) || number(end).isEmpty()) {
        ends.add(end);
      }
    }
    return ends;
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
    return targets.containsKey(name) ? number(end(name)) : Optional.empty();
  }

  /** The number or the unknown name that {@code name} leads to. */
  private String end(String name) throws ConfigException {
    Set<String> visited = new HashSet<>();
    String target = name;
    // A number ends the way, also where an alias is called like it.
    while (targets.containsKey(target) && (visited.isEmpty() || number(target).isEmpty())) {
      if (!visited.add(target)) {
        throw ConfigException.invalid(
            "Found cycle in portmap! Announcer[portmap] leads from " + name + " back to " + target);
      }
      target = targets.get(target);
    }
    return target;
  }

  private static Optional<Integer> number(String target) {
    try {
      return Optional.of(Integer.valueOf(target.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
