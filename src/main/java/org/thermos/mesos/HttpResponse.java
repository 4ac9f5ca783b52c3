package org.thermos.mesos;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The head of an answer, and its body still on the connection.
 *
 * @param keepsAlive whether the connection can be used again once the body has been read to its end
 */
record HttpResponse(int status, InputStream body, boolean keepsAlive) {

  /** What an error or a version takes; an agent's texts are a line long. */
  static final int TEXT_LIMIT = 64 * 1024;

  /**
   * Reads the body to its end.
   *
   * @throws HttpFormatException if it is longer than 64 KiB
   */
  String readText() throws IOException {
    byte[] bytes = body.readNBytes(TEXT_LIMIT + 1);
    if (bytes.length > TEXT_LIMIT) {
      throw new HttpFormatException(
          "Cannot read an answer with status " + status + ": it is longer than 64 KiB");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
