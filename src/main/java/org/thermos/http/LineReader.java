package org.thermos.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads the lines between bodies: short, ended by LF or CRLF, and never more than a limit in all.
 */
public final class LineReader {

  private final InputStream in;
  private final String what;
  private int left;

  /**
   * @param what is being read, for the texts of errors
   * @param limit how many bytes all lines read through this reader may have together
   */
  public LineReader(InputStream in, String what, int limit) {
    this.in = in;
    this.what = what;
    this.left = limit;
  }

  /**
   * The next line without its end.
   *
   * @throws HttpFormatException if the limit is reached first
   * @throws EOFException if the stream ends first
   */
  public String next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(80);
    while (true) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("The connection ended inside " + what);
      }
      if (--left < 0) {
        throw new HttpFormatException("Cannot read " + what + ": it is too long");
      }
      if (b == '\n') {
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      }
      line.write(b);
    }
  }
}
