package org.thermos.executor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import org.thermos.runner.RunnerProgram;

/**
 * The line in which a runner leaves why it failed: {@link RunnerProgram#FAILURE_FILE} in its log
 * directory. The task's processes may have written there as well, so it is read with care.
 */
final class FailureNote {
  private FailureNote() {}

  /** What it says, if there is one. */
  static Optional<String> read(Path logDirectory) {
    Path file = logDirectory.resolve(RunnerProgram.FAILURE_FILE);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * Causes.MAXIMUM_LENGTH);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // Until it is full or the file ends.
      }
      String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
      return Optional.of(Causes.line(text)).filter(line -> !line.isEmpty());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
