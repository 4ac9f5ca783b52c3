package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executor 6.7: the original's words, with its two spaces. */
class ContainerizerCheckTest {
  private static final String PREFIX = "Cannot launch task using a filesystem image: ";
  @TempDir Path directory;

  @Test
  void withoutAPath() {
    assertThat(ContainerizerCheck.complaint(Optional.empty()))
        .contains(PREFIX + "no mesos_containerizer_path was set.");
  }

  @Test
  void whatIsNotThere() {
    Path path = directory.resolve("none");
    assertThat(complaint(path)).contains(subject(path) + " does not exist.");
    assertThat(complaint(directory)).contains(subject(directory) + " does not exist.");
  }

  @Test
  void whatIsNotExecutable() throws Exception {
    Path path = Files.createFile(directory.resolve("program"));
    assertThat(complaint(path)).contains(subject(path) + " is not marked as executable.");

    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(complaint(path)).isEmpty();
  }

  private static Optional<String> complaint(Path path) {
    return ContainerizerCheck.complaint(Optional.of(path.toString()));
  }

  private static String subject(Path path) {
    return PREFIX + "mesos_containerizer_path  " + path;
  }
}
