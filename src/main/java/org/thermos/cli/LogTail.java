package org.thermos.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The end of a file that processes of a task wrote. They own the directory and may have put
 * anything there: what leads out of it, or is no file, is not read.
 */
final class LogTail {
  private static final Logger LOG = LogManager.getLogger(LogTail.class);
  private static final int BYTES = 8 << 10;
  private static final int LINES = 10;

  private LogTail() {}

  /** The last lines, safe to show; none if the file cannot be read. */
  static List<String> read(Path directory, Path file) {
    try {
      Path real = file.toRealPath();
      if (!real.startsWith(directory.toRealPath())
          || !Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
        LOG.warn("Cannot show {}: it is no file of the task", file);
        return List.of();
      }
      return read(real);
    } catch (IOException e) {
      LOG.info("Cannot show the end of {}: {}", file, e.toString());
      return List.of();
    }
  }

  private static List<String> read(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      ByteBuffer bytes = ByteBuffer.allocate(BYTES);
      long position = Math.max(0, channel.size() - BYTES);
      int read = 0;
      while (bytes.hasRemaining() && read >= 0) {
        read = channel.read(bytes, position + bytes.position());
      }
      String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
      List<String> lines = text.lines().toList();
      return lines.subList(Math.max(0, lines.size() - LINES), lines.size()).stream()
          .map(Printable::output)
          .toList();
    }
  }
}
