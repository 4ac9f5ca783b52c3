package org.thermos.checkpoint;

import java.nio.ByteBuffer;

/** A file in memory, for reading; of whose bytes only some may have been written yet. */
final class MemoryChannel extends PartialChannel {
  private final byte[] content;
  private int size;

  MemoryChannel(byte[] content) {
    this(content, content.length);
  }

  MemoryChannel(byte[] content, int size) {
    this.content = content;
    this.size = size;
  }

  void grow(int newSize) {
    size = newSize;
  }

  @Override
  public int read(ByteBuffer target, long position) {
    if (position >= size) {
      return -1;
    }
    int count = Math.min(target.remaining(), size - (int) position);
    target.put(content, (int) position, count);
    return count;
  }

  @Override
  public long size() {
    return size;
  }
}
