package org.thermos.cli;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the command line says about a task that is to be run; it counts more than the task's file.
 *
 * @param instance which of a job's instances
 * @param user account that the processes run as
 */
record TaskWishes(OptionalInt instance, Optional<String> user, List<PortOption> ports) {
  static final TaskWishes NONE = new TaskWishes(OptionalInt.empty(), Optional.empty(), List.of());

  TaskWishes {
    ports = List.copyOf(ports);
  }
}
