package org.thermos.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/** A temporary directory that every account can come through, unlike those that JUnit makes. */
record OpenDirectory(Path path) implements AutoCloseable {
  /**
   * @param permissions as in {@code rwxr-xr-x}
   */
  static OpenDirectory make(String permissions) throws IOException {
    Path made = Files.createTempDirectory("thermos-test-").toRealPath();
    return new OpenDirectory(
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(permissions)));
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
