package org.thermos.checkpoint;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Appends records to a stream and makes them durable. What an append returned from is on disk; what
 * it threw from is not in the file.
 *
 * <p>Whoever opens a log must hold the stream's lock (an exclusive {@code flock} on the file,
 * checkpoints 1.11) until it is closed: nothing here keeps two writers apart. Not thread-safe. The
 * thread must not be interrupted, for that closes the file.
 */
public final class RecordLog implements Closeable {
  private final FileChannel channel;
  private final Path file;
  private long end;

  /** Whether bytes of a failed append may lie beyond the end. */
  private boolean isTorn;

  RecordLog(FileChannel channel, Path file, long end) {
    this.channel = requireNonNull(channel, "channel is null");
    this.file = requireNonNull(file, "file is null");
    this.end = end;
  }

  /**
   * Opens an existing file to append after {@code end}. What lies beyond, which must be a torn
   * tail, is cut off.
   *
   * @param end where the last intact record ends, in bytes from the start of the file; what a
   *     reader stopped at must not have been {@link ReadResult.Corrupt}
   * @throws IOException if the file is missing, not regular, shorter than {@code end}, or cannot be
   *     opened or cut
   */
  public static RecordLog open(Path file, long end) throws IOException {
    FileChannel channel = CheckpointFiles.openRegular(file, StandardOpenOption.WRITE);
    try {
      RecordLog log = open(channel, file, end);
      if (end == 0) {
        CheckpointFiles.syncDirectory(file.toAbsolutePath().getParent()); // the file may be new
      }
      return log;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** The same for a file that is open already. */
  static RecordLog open(FileChannel channel, Path file, long end) throws IOException {
    long size = channel.size();
    if (size < end) {
      throw new IOException(
          "Cannot append to "
              + file
              + ": it has "
              + size
              + " bytes, but records up to byte "
              + end
              + " were read");
    }
    if (size > end) {
      channel.truncate(end);
      channel.force(true);
    }
    return new RecordLog(channel, file, end);
  }

  /** Where the last record ends, in bytes from the start of the file. */
  public long end() {
    return end;
  }

  /**
   * Appends {@code records} with one write and makes them durable: all of them or, if this throws,
   * none.
   *
   * @throws IOException if the file cannot be written, for instance because the disk is full. None
   *     of the records is then in the file, or the next append removes it first; it may be tried
   *     again.
   */
  public void append(List<? extends CheckpointRecord> records) throws IOException {
    ByteBuffer frames = frames(records);
    int length = frames.remaining();
    try {
      if (isTorn) {
        restore();
      }
      long position = end;
      while (frames.hasRemaining()) {
        position += channel.write(frames, position);
      }
      channel.force(false);
    } catch (IOException e) {
      throw restored(
          new IOException(
              "Cannot append "
                  + records.size()
                  + " records to "
                  + file
                  + " at "
                  + end
                  + ": "
                  + e.getMessage(),
              e));
    }
    end += length;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private IOException restored(IOException failure) {
    isTorn = true;
    try {
      restore();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private void restore() throws IOException {
    channel.truncate(end);
    channel.force(true);
    isTorn = false;
  }

  private static ByteBuffer frames(List<? extends CheckpointRecord> records) {
    List<byte[]> payloads = new ArrayList<>(records.size());
    int length = 0;
    for (CheckpointRecord record : records) {
      byte[] payload = RecordCodec.encode(record);
      payloads.add(payload);
      length = Math.addExact(length, RecordReader.FRAME_HEADER + payload.length);
    }
    ByteBuffer frames = ByteBuffer.allocate(length);
    for (byte[] payload : payloads) {
      frames.putInt(payload.length).put(payload);
    }
    return frames.flip();
  }
}
