package org.thermos.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * Small files that hold either what they held before or what they were last given, and directories
 * that stay, also after a power cut.
 */
public final class DurableFile {
  /** Whoever could write there could say whom to kill. */
  private static final FileAttribute<Set<PosixFilePermission>> CLOSED_TO_OTHERS =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));

  private DurableFile() {}

  /**
   * Gives the file a new content, durably and all at once.
   *
   * @throws IOException if it cannot be written; it is then as it was before
   */
  public static void replace(Path file, byte[] content) throws IOException {
    replace(file, file.resolveSibling("." + file.getFileName()), content);
  }

  /**
   * The same by way of another name in the same file system.
   *
   * @param draft where the content is put first; whatever is there is removed
   */
  static void replace(Path file, Path draft, byte[] content) throws IOException {
    Files.deleteIfExists(draft);
    try (FileChannel channel =
        FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    CheckpointFiles.syncDirectory(file.toAbsolutePath().getParent());
  }

  /**
   * Makes a directory, and those above it that are missing, so that they are there after a power
   * cut too.
   */
  public static void createDirectories(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath();
    if (Files.isDirectory(absolute)) {
      return;
    }
    createDirectories(absolute.getParent());
    try {
      Files.createDirectory(absolute, CLOSED_TO_OTHERS);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(absolute)) {
        throw e;
      }
      return;
    }
    CheckpointFiles.syncDirectory(absolute.getParent());
  }

  /**
   * What the file holds; empty if there is none.
   *
   * @param limit the most it may hold, in bytes
   * @throws IOException if it is not a regular file (a symbolic link is not followed), holds more,
   *     or cannot be read
   */
  public static Optional<byte[]> read(Path file, int limit) throws IOException {
    try (FileChannel channel = CheckpointFiles.openRegular(file, StandardOpenOption.READ)) {
      if (channel.size() > limit) {
        throw new IOException(
            "Cannot read " + file + ": it has more than the " + limit + " bytes it may have");
      }
      ByteBuffer buffer = ByteBuffer.allocate((int) channel.size());
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // Read on.
      }
      byte[] content = new byte[buffer.position()];
      buffer.flip().get(content);
      return Optional.of(content);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
