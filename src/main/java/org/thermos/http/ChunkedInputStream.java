package org.thermos.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * The bytes inside HTTP's chunked transfer coding. Ends after the last chunk and leaves the stream
 * below it there, at the start of whatever comes next.
 */
public final class ChunkedInputStream extends InputStream {

  private static final int SIZE_LINE_LIMIT = 1024;
  private static final int TRAILER_LIMIT = 16 * 1024;

  private final InputStream in;
  private long leftInChunk;
  private boolean started;
  private boolean ended;

  public ChunkedInputStream(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    if (!insideChunk()) {
      return -1;
    }
    int b = in.read();
    took(b < 0 ? -1 : 1);
    return b;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    if (length == 0) {
      return 0;
    }
    if (!insideChunk()) {
      return -1;
    }
    int count = in.read(buffer, offset, (int) Math.min(length, leftInChunk));
    took(count);
    return count;
  }

  private void took(int count) throws EOFException {
    if (count < 0) {
      throw new EOFException("The connection ended " + leftInChunk + " bytes before a chunk's end");
    }
    leftInChunk -= count;
  }

  /** Moves on to the next chunk if this one is used up; false at the end. */
  private boolean insideChunk() throws IOException {
    if (ended || leftInChunk > 0) {
      return !ended;
    }
    LineReader lines = new LineReader(in, "the header of a chunk", SIZE_LINE_LIMIT);
    if (started && !lines.next().isEmpty()) {
      throw new HttpFormatException("Cannot read a chunk: it is longer than its header says");
    }
    started = true;
    leftInChunk = size(lines.next());
    if (leftInChunk == 0) {
      ended = true;
      LineReader trailer = new LineReader(in, "the trailer of a chunked body", TRAILER_LIMIT);
      while (!trailer.next().isEmpty()) {
        // What a trailer may say means nothing to this client.
      }
    }
    return !ended;
  }

  private static long size(String line) throws HttpFormatException {
    int end = 0;
    while (end < line.length() && Character.digit(line.charAt(end), 16) >= 0) {
      end++;
    }
    String rest = line.substring(end).stripLeading();
    // 15 digits stay well inside a long.
    if (end == 0 || end > 15 || !(rest.isEmpty() || rest.startsWith(";"))) {
      throw new HttpFormatException("Cannot read the size of a chunk: " + Quoted.text(line));
    }
    return Long.parseLong(line, 0, end, 16);
  }
}
