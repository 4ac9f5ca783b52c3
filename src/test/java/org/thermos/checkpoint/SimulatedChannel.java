package org.thermos.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.thermos.checkpoint.SimulatedFile.Mishaps;

/** As much of a file channel as record logs and readers use, over a simulated file. */
final class SimulatedChannel extends PartialChannel {
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
}
