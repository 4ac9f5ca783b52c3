package org.thermos.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Where an agent works. */
final class WorkDirectory {
  private WorkDirectory() {}

  /**
   * Uses a directory, made if it is absent.
   *
   * @throws CommandException if that is not possible
   */
  static Path at(Path directory) throws CommandException {
    try {
      Files.createDirectories(directory);
      if (!Files.isWritable(directory)) {
        throw new IOException("permission denied");
      }
      return directory.toRealPath();
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  /**
   * Makes a temporary one.
   *
   * @param isShared whether another account has to get through it to its sandbox
   * @throws CommandException if that is not possible
   */
  static Path temporary(boolean isShared) throws CommandException {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      Path made = Files.createTempDirectory(parent.toRealPath(), "thermos-local-");
      String mode = isShared ? "rwx--x--x" : "rwx------";
      return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(mode));
    } catch (IOException e) {
      throw unusable(parent, e);
    }
  }

  private static CommandException unusable(Path directory, IOException e) {
    return new CommandException(
        ExitCode.CANNOT_CREATE,
        "cannot use " + directory + " to work in: " + FileErrors.reason(e),
        e);
  }
}
