package org.thermos.executor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether there is what starts processes inside a filesystem image (executor 6.7). */
final class ContainerizerCheck {
  private static final String PREFIX = "Cannot launch task using a filesystem image: ";

  private ContainerizerCheck() {}

  /** What is wrong with it, in the original's words. */
  static Optional<String> complaint(Optional<String> program) {
    if (program.isEmpty()) {
      return Optional.of(PREFIX + "no mesos_containerizer_path was set.");
    }
    Path path = Path.of(program.get());
    // Two spaces, as in the original.
    String subject = PREFIX + "mesos_containerizer_path  " + path;
    if (!Files.isRegularFile(path)) {
      return Optional.of(subject + " does not exist.");
    }
    if (!Files.isExecutable(path)) {
      return Optional.of(subject + " is not marked as executable.");
    }
    return Optional.empty();
  }
}
