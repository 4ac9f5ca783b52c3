package org.thermos.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/** A file on a disk that fails when told to. */
final class FaultyChannel extends PartialChannel {
  private final FileChannel file;
  private final List<String> calls = new ArrayList<>();
  private int most = Integer.MAX_VALUE;
  private long room = Long.MAX_VALUE;
  private boolean syncs = true;
  private boolean truncates = true;

  FaultyChannel(FileChannel file) {
    this.file = file;
  }

  /** What was asked of the file, in order. */
  List<String> calls() {
    return calls;
  }

  /** From now on there is room for so many more bytes. */
  void failAfter(long bytes) {
    room = bytes;
  }

  void writeAtMost(int bytes) {
    most = bytes;
  }

  void failSync() {
    syncs = false;
  }

  void failTruncate() {
    truncates = false;
  }

  void work() {
    room = Long.MAX_VALUE;
    syncs = true;
    truncates = true;
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    calls.add("write");
    if (room == 0) {
      throw new IOException("No space left on device");
    }
    int count = (int) Math.min(Math.min(most, room), source.remaining());
    int written = file.write(source.slice(source.position(), count), position);
    source.position(source.position() + written);
    room -= written;
    return written;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    calls.add("force");
    if (!syncs) {
      syncs = true; // as the kernel does, which reports a lost write once
      throw new IOException("Input/output error");
    }
    file.force(metaData);
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    calls.add("truncate");
    if (!truncates) {
      throw new IOException("Input/output error");
    }
    file.truncate(size);
    return this;
  }

  @Override
  protected void implCloseChannel() throws IOException {
    file.close();
  }
}
