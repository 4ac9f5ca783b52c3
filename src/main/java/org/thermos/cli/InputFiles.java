package org.thermos.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens the files that a command was given. */
final class InputFiles {
  /** More than any task may have (config 5.10). */
  private static final int MAXIMUM_BYTES = 64 << 20;

  private InputFiles() {}

  /**
   * Where {@code file} really is, links followed.
   *
   * @throws CommandException if it is missing or not a regular file: a pipe might never open
   */
  static Path locate(Path file) throws CommandException {
    try {
      Path real = file.toRealPath();
      if (!Files.isRegularFile(real)) {
        throw new CommandException(ExitCode.NO_INPUT, "cannot open " + file + ": it is no file");
      }
      return real;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * All of a file.
   *
   * @throws CommandException if it is missing, not a regular file, or larger than any task
   */
  static byte[] read(Path file) throws CommandException {
    try (InputStream in = Files.newInputStream(locate(file))) {
      byte[] bytes = in.readNBytes(MAXIMUM_BYTES + 1);
      if (bytes.length > MAXIMUM_BYTES) {
        throw new CommandException(
            ExitCode.DATA,
            "cannot read " + file + ": it has more than " + MAXIMUM_BYTES + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** What an exception of the file system means for {@code file}. */
  static CommandException unreadable(Path file, IOException e) {
    return new CommandException(
        ExitCode.NO_INPUT, "cannot open " + file + ": " + FileErrors.reason(e), e);
  }
}
