package org.thermos.checkpoint;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * Follows a stream that is being written. It does not watch the file: call {@link #readNew} when it
 * may have changed. It holds no descriptor in between, so a great many may exist. Not thread-safe.
 */
public final class CheckpointTail {
  private final Path file;
  private long offset;

  /**
   * @param file the stream, which need not exist yet
   */
  public CheckpointTail(Path file) {
    this.file = requireNonNull(file, "file is null");
  }

  /** Up to where records were handed on, in bytes from the start of the file. */
  public long offset() {
    return offset;
  }

  /**
   * Hands every record on that is complete and was not handed on before.
   *
   * @return why it went no further: the end of what is written, a record that is not complete yet,
   *     or damage, such as a file that has become shorter than what was read. A file that does not
   *     exist yet has no records.
   * @throws IOException if the file cannot be read
   */
  public ReadResult.Stop readNew(Consumer<? super ReadResult.Intact> records) throws IOException {
    try (FileChannel channel = CheckpointFiles.openRegular(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < offset) {
        return shrunk(size);
      }
      RecordReader reader = new RecordReader(channel, offset);
      ReadResult result = reader.next();
      while (result instanceof ReadResult.Intact intact) {
        offset = intact.end();
        records.accept(intact);
        result = reader.next();
      }
      return (ReadResult.Stop) result;
    } catch (NoSuchFileException e) {
      return offset == 0 ? new ReadResult.End(0) : shrunk(0);
    }
  }

  private ReadResult.Stop shrunk(long size) {
    return new ReadResult.Corrupt(
        offset, "The file has only " + size + " bytes, though " + offset + " were read before");
  }
}
