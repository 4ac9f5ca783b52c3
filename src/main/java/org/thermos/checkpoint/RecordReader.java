package org.thermos.checkpoint;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.apache.thrift.protocol.TType;

/**
 * Reads the frames of a stream one after the other: four bytes of length, big-endian, then that
 * many of payload (checkpoints 1.2).
 *
 * <p>It can be asked again after an end: then it goes on where it stopped, with what was written
 * since. It allocates no more than the file holds, looks at no more than the next frame and 16 KiB
 * after a bad one, and leaves the channel's own position alone. Not thread-safe; the channel is the
 * caller's to close.
 */
public final class RecordReader {
  static final int FRAME_HEADER = Integer.BYTES;

  /** The format allows more than a small heap holds, and a sparse file costs its writer nothing. */
  private static final long AFFORDABLE = Runtime.getRuntime().maxMemory() / 8;

  private static final int USUAL_WINDOW = 8 << 10;
  private static final int SEARCHED_AFTER_DAMAGE = 16 << 10;

  private final FileChannel channel;
  private final long affordable;
  private long offset;

  /** Bytes of the file from {@link #offset} on, between position and limit. */
  private ByteBuffer window = ByteBuffer.allocate(USUAL_WINDOW).limit(0);

  /**
   * @param offset where a frame begins, in bytes from the start of the file
   */
  public RecordReader(FileChannel channel, long offset) {
    this(channel, offset, AFFORDABLE);
  }

  /**
   * @param affordable the longest payload to be read into memory, in bytes
   */
  RecordReader(FileChannel channel, long offset, long affordable) {
    this.channel = requireNonNull(channel, "channel is null");
    this.offset = offset;
    this.affordable = affordable;
  }

  /** Where the next frame begins, in bytes from the start of the file. */
  public long offset() {
    return offset;
  }

  /**
   * The next record, or why there is none.
   *
   * @throws IOException if the file cannot be read
   */
  public ReadResult next() throws IOException {
    if (!fill(FRAME_HEADER)) {
      int left = window.remaining();
      window.limit(window.position());
      return left == 0
          ? new ReadResult.End(offset)
          : new ReadResult.Torn(offset, "A frame of which there are only " + left + " bytes");
    }
    int length = window.getInt(window.position());
    if (length <= 0 || length > RecordCodec.MAX_PAYLOAD) {
      return damage(
          "A frame of "
              + Integer.toUnsignedString(length)
              + " bytes, which is none or over the limit of "
              + RecordCodec.MAX_PAYLOAD);
    }
    if (length > affordable && channel.size() - offset >= FRAME_HEADER + length) {
      return new ReadResult.Corrupt(
          offset,
          "A frame of " + length + " bytes is more than this JVM can hold; give it a larger heap");
    }
    if (!fill(FRAME_HEADER + length)) {
      long left = channel.size() - offset - FRAME_HEADER;
      return damage("A frame of " + length + " bytes of which there are " + left);
    }
    return decode(length);
  }

  private ReadResult decode(int length) throws IOException {
    try {
      CheckpointRecord record =
          RecordCodec.decode(window.slice(window.position() + FRAME_HEADER, length));
      ReadResult.Intact intact = new ReadResult.Intact(offset, length, record);
      window.position(window.position() + FRAME_HEADER + length);
      offset = intact.end();
      return intact;
    } catch (CorruptRecordException e) {
      return damage(e.getMessage());
    }
  }

  /** Whether the window now holds {@code count} bytes, which it does unless the file has fewer. */
  private boolean fill(int count) throws IOException {
    if (window.remaining() >= count) {
      return true;
    }
    int size = Math.max(count, USUAL_WINDOW);
    if (size > USUAL_WINDOW && channel.size() - offset < count) {
      return false;
    }
    ByteBuffer next =
        size == window.capacity() ? window.compact() : ByteBuffer.allocate(size).put(window);
    int read = 0;
    while (next.position() < count && read >= 0) {
      read = channel.read(next, offset + next.position());
    }
    window = next.flip();
    return window.remaining() >= count;
  }

  /** What cannot be read is a torn tail, unless an intact record comes after it. */
  private ReadResult damage(String reason) throws IOException {
    window.limit(window.position()); // it may be written anew before we look again
    ByteBuffer rest = ByteBuffer.allocate(SEARCHED_AFTER_DAMAGE);
    int read = 0;
    while (rest.hasRemaining() && read >= 0) {
      read = channel.read(rest, offset + 1 + rest.position());
    }
    rest.flip();
    for (int i = 0; i + FRAME_HEADER < rest.limit(); i++) {
      if (isIntact(rest, i)) {
        return new ReadResult.Corrupt(
            offset, reason + "; an intact record follows at " + (offset + 1 + i));
      }
    }
    return new ReadResult.Torn(offset, reason);
  }

  private static boolean isIntact(ByteBuffer buffer, int start) {
    int length = buffer.getInt(start);
    int payload = start + FRAME_HEADER;
    if (length <= 0 || length > buffer.limit() - payload || buffer.get(payload) != TType.STRUCT) {
      return false;
    }
    try {
      RecordCodec.decode(buffer.slice(payload, length));
      return true;
    } catch (CorruptRecordException e) {
      return false;
    }
  }
}
