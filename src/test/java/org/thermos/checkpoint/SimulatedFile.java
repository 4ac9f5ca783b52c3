package org.thermos.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * A file that is only ever appended to and cut, on a disk with a cache: what was synced survives a
 * power cut; of what was not, any beginning does.
 */
public final class SimulatedFile {

  /** What may go wrong while a file is written. */
  public interface Mishaps {
    /** Nothing ever does. */
    Mishaps NONE =
        new Mishaps() {
          @Override
          public int beforeWrite(int bytes) {
            return bytes;
          }

          @Override
          public void beforeChange() {}
        };

    /** Called before bytes are written; returns how many of them are, at least one. */
    int beforeWrite(int bytes) throws IOException;

    /** Called before the file is synced or cut. */
    void beforeChange() throws IOException;
  }

  private final String name;
  private byte[] written = new byte[1 << 10];
  private int size;
  private byte[] durable = new byte[1 << 10];
  private int durableSize;

  /** Up to here both are the same. */
  private int common;

  public SimulatedFile(String name) {
    this.name = name;
  }

  public int size() {
    return size;
  }

  /** Whether a power cut would change nothing. */
  public boolean isDurable() {
    return common == size && durableSize == size;
  }

  /** Up to where a power cut would change nothing. */
  public int durableTo() {
    return common;
  }

  public void append(byte[] bytes, int count) {
    if (size + count > written.length) {
      written = Arrays.copyOf(written, Math.max(size + count, 2 * written.length));
    }
    System.arraycopy(bytes, 0, written, size, count);
    size += count;
  }

  public void sync() {
    if (size > durable.length) {
      durable = Arrays.copyOf(durable, written.length);
    }
    System.arraycopy(written, common, durable, common, size - common);
    common = size;
    durableSize = size;
  }

  public void truncate(int newSize) {
    size = Math.min(size, newSize);
    common = Math.min(common, size);
  }

  public void powerCut(Random random) {
    if (random.nextInt(3) == 0) {
      written = Arrays.copyOf(durable, durable.length);
      size = durableSize;
    } else {
      size = common + random.nextInt(size - common + 1);
    }
    sync();
  }

  /** Reads the records from {@code offset} on. */
  public RecordReader read(long offset) {
    return new RecordReader(new SimulatedChannel(this, Mishaps.NONE), offset);
  }

  /** Goes on after {@code end}, as {@link RecordLog#open} does with a real file. */
  public RecordLog openLog(long end, Mishaps mishaps) throws IOException {
    return RecordLog.open(new SimulatedChannel(this, mishaps), Path.of(name), end);
  }

  /** One record as it is in a stream. */
  public static byte[] frame(CheckpointRecord record) {
    byte[] payload = RecordCodec.encode(record);
    return ByteBuffer.allocate(RecordReader.FRAME_HEADER + payload.length)
        .putInt(payload.length)
        .put(payload)
        .array();
  }

  int read(ByteBuffer target, long position) {
    if (position >= size) {
      return -1;
    }
    int count = Math.min(target.remaining(), size - (int) position);
    target.put(written, (int) position, count);
    return count;
  }
}
