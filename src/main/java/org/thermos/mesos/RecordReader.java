package org.thermos.mesos;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.thermos.http.HttpFormatException;
import org.thermos.http.Quoted;

/**
 * Takes a RecordIO stream apart: a length in decimal, a newline, that many bytes, and again. Memory
 * is taken as the bytes arrive, so a length alone costs nothing.
 */
final class RecordReader {

  /** More than the largest task an agent would hand on (13 MB were seen), and still bounded. */
  static final int RECORD_LIMIT = 128 * 1024 * 1024;

  private static final int LENGTH_DIGITS = 20;

  private static final int END = -1;
  private static final int NONE = -2;

  private final InputStream in;
  private final int limit;
  private int firstByte = NONE;

  RecordReader(InputStream in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /** Waits for the first byte of a record; false at the end of the stream. */
  boolean await() throws IOException {
    if (firstByte == NONE) {
      firstByte = in.read();
    }
    return firstByte != END;
  }

  /**
   * The next record, or nothing at the end of the stream.
   *
   * @throws HttpFormatException if the length cannot be read or is over the limit
   * @throws EOFException if the stream ends inside a record
   */
  Optional<byte[]> next() throws IOException {
    if (!await()) {
      return Optional.empty();
    }
    long length = length();
    byte[] record = in.readNBytes((int) length);
    if (record.length < length) {
      throw new EOFException(
          "The event stream ended after " + record.length + " of a record's " + length + " bytes");
    }
    return Optional.of(record);
  }

  private long length() throws IOException {
    StringBuilder digits = new StringBuilder();
    int b = firstByte;
    firstByte = NONE;
    for (; b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("The event stream ended inside the length of a record");
      }
      digits.append((char) b);
      if (b < '0' || b > '9' || digits.length() > LENGTH_DIGITS) {
        throw new HttpFormatException(
            "Cannot read the length of a record: " + Quoted.text(digits.toString()));
      }
    }
    // Up to 18 digits fit a long; what is longer is over any limit anyway.
    long length =
        digits.isEmpty() || digits.length() > 18
            ? Long.MAX_VALUE
            : Long.parseLong(digits, 0, digits.length(), 10);
    if (length > limit) {
      throw new HttpFormatException(
          "Cannot read a record: its length "
              + Quoted.text(digits.toString())
              + " is not between 0 and "
              + limit);
    }
    return length;
  }
}
