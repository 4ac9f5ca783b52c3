package org.thermos.runner;

import java.util.Map;
import java.util.TreeMap;

/**
 * Variables for a task's processes, on their way through the runner's environment under names that
 * mean nothing there: a task must not set {@code LD_PRELOAD} or {@code BASH_ENV} for a runner that
 * may be root. Nor are they on a command line, where everybody could read them.
 */
public final class CarriedVariables {
  private static final String PREFIX = "THERMOS_ENV_";

  private CarriedVariables() {}

  /** As a runner's environment holds them. */
  public static Map<String, String> carry(Map<String, String> variables) {
    Map<String, String> carried = new TreeMap<>();
    variables.forEach((name, value) -> carried.put(PREFIX + name, value));
    return carried;
  }

  /** Those that this environment carries, under their own names. */
  static Map<String, String> of(Map<String, String> environment) {
    Map<String, String> variables = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (isCarried(name)) {
            variables.put(name.substring(PREFIX.length()), value);
          }
        });
    return variables;
  }

  /** The environment without them. */
  static Map<String, String> without(Map<String, String> environment) {
    Map<String, String> rest = new TreeMap<>(environment);
    rest.keySet().removeIf(CarriedVariables::isCarried);
    return rest;
  }

  private static boolean isCarried(String name) {
    return name.startsWith(PREFIX) && name.length() > PREFIX.length();
  }
}
