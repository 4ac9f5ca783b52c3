package org.thermos.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * Opens and syncs files below a checkpoint root, which those may have prepared whose processes we
 * run.
 */
final class CheckpointFiles {
  private CheckpointFiles() {}

  /**
   * Opens a regular file: not through a symbolic link, which might lead anywhere, nor a pipe, which
   * might never open.
   *
   * @throws IOException if it is missing, not regular, or cannot be opened
   */
  static FileChannel openRegular(Path file, StandardOpenOption how) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new IOException("Cannot open " + file + ": not a regular file");
    }
    Set<OpenOption> options = Set.of(how, LinkOption.NOFOLLOW_LINKS);
    return FileChannel.open(file, options);
  }

  /** Makes durable which names a directory holds. */
  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
