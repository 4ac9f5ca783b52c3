package org.thermos.metrics;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The metrics in a file, for a collector that reads text files. Always whole; after a power cut it
 * may be an old one. The directory may be a task's, which can put links there: none is followed.
 * One thread.
 */
public final class MetricsFile {
  private final Path file;
  private final Metrics metrics;
  private String written = "";

  public MetricsFile(Path file, Metrics metrics) {
    this.file = file;
    this.metrics = metrics;
  }

  /** Where it is. */
  public Path path() {
    return file;
  }

  /**
   * Writes it unless nothing but gauges changed since the last time.
   *
   * @return whether it was written
   */
  public boolean writeIfChanged() throws IOException {
    String now = metrics.counters();
    if (now.equals(written)) {
      return false;
    }
    write(metrics.text());
    written = now;
    return true;
  }

  private void write(String text) throws IOException {
    Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
    Files.deleteIfExists(fresh); // Of an executor that died, or a link.
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            fresh,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")))) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
