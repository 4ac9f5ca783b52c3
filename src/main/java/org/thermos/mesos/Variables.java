package org.thermos.mesos;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Environment variables as typed values; an empty one counts as not set. */
final class Variables {

  private final Map<String, String> values;

  Variables(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  static EnvironmentException unusable(String name, String value, String why) {
    return new EnvironmentException(
        "Cannot use "
            + name
            + "="
            + value
            + ": it "
            + why
            + ". A Mesos agent sets it; look for something that overrides it"
            + " (CommandInfo.environment, the agent's --executor_environment_variables).");
  }

  Optional<String> optional(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
  }

  String required(String name) throws EnvironmentException {
    Optional<String> value = optional(name);
    if (value.isEmpty()) {
      throw new EnvironmentException(
          name
              + " is not set. A Mesos agent sets it for its executors; start this program through an"
              + " agent, or set the variable to try it by hand.");
    }
    return value.get();
  }

  /** The first of {@code names} that is set; false if none is. */
  boolean flag(String... names) throws EnvironmentException {
    for (String name : names) {
      Optional<String> value = optional(name);
      if (value.isPresent()) {
        if (value.get().equals("1") || value.get().equals("true")) {
          return true;
        }
        if (value.get().equals("0") || value.get().equals("false")) {
          return false;
        }
        throw unusable(name, value.get(), "is neither 1 nor 0, true nor false");
      }
    }
    return false;
  }

  Path path(String name) throws EnvironmentException {
    return toPath(name, required(name));
  }

  /** The first of {@code names} that is set. */
  Optional<Path> optionalPath(String... names) throws EnvironmentException {
    for (String name : names) {
      Optional<String> value = optional(name);
      if (value.isPresent()) {
        return Optional.of(toPath(name, value.get()));
      }
    }
    return Optional.empty();
  }

  Duration duration(String name) throws EnvironmentException {
    return toDuration(name, required(name));
  }

  Optional<Duration> optionalDuration(String name) throws EnvironmentException {
    Optional<String> value = optional(name);
    return value.isEmpty() ? Optional.empty() : Optional.of(toDuration(name, value.get()));
  }

  private static Path toPath(String name, String value) throws EnvironmentException {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw unusable(name, value, "is not a path (" + e.getReason() + ")");
    }
  }

  private static Duration toDuration(String name, String value) throws EnvironmentException {
    try {
      return MesosDuration.parse(value);
    } catch (IllegalArgumentException e) {
      throw unusable(name, value, "is not a duration: " + e.getMessage());
    }
  }
}
