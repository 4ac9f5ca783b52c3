package org.thermos.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.thermos.checkpoint.SimulatedFile.Mishaps;

/** As much of a file channel as record logs and readers use, over a simulated file. */
final class SimulatedChannel extends FileChannel {
  private final SimulatedFile file;
  private final Mishaps mishaps;

  SimulatedChannel(SimulatedFile file, Mishaps mishaps) {
    this.file = file;
    this.mishaps = mishaps;
  }

  @Override
  public int read(ByteBuffer target, long position) {
    return file.read(target, position);
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    if (position != file.size()) {
      throw new IllegalStateException(
          "a write at " + position + " of a file of " + file.size() + " bytes");
    }
    int count = mishaps.beforeWrite(source.remaining());
    byte[] bytes = new byte[count];
    source.get(bytes);
    file.append(bytes, count);
    return count;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    mishaps.beforeChange();
    file.sync();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    mishaps.beforeChange();
    file.truncate((int) size);
    return this;
  }

  @Override
  public long size() {
    return file.size();
  }

  @Override
  public int read(ByteBuffer target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int write(ByteBuffer source) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long position() {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileChannel position(long position) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected void implCloseChannel() {}
}
