package org.thermos.http;

import java.io.InputStream;

/** Bytes that arrive in pieces of a few, as from a socket. */
public final class SplitInputStream extends InputStream {

  private final byte[] bytes;
  private final int[] pieces;
  private int position;
  private int reads;

  /**
   * @param pieces how many bytes each read yields, over and over; each at least 1
   */
  public SplitInputStream(byte[] bytes, int... pieces) {
    this.bytes = bytes.clone();
    this.pieces = pieces.clone();
  }

  @Override
  public int read() {
    return position < bytes.length ? bytes[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    if (position == bytes.length) {
      return -1;
    }
    int piece = pieces[reads++ % pieces.length];
    int count = Math.min(Math.min(piece, length), bytes.length - position);
    System.arraycopy(bytes, position, buffer, offset, count);
    position += count;
    return count;
  }
}
