package org.thermos.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The head of an answer, and its body still on the connection.
 *
 * @param keepsAlive whether the connection can be used again once the body has been read to its end
 * @param location where a redirect leads
 */
public record HttpResponse(
    int status, InputStream body, boolean keepsAlive, Optional<String> location) {

  /** What the texts of errors, versions and health checks take, which are a line long. */
  public static final int TEXT_LIMIT = 64 * 1024;

  /**
   * Reads the body to its end.
   *
   * @throws HttpFormatException if it is longer than 64 KiB
   */
  public String readText() throws IOException {
    byte[] bytes = body.readNBytes(TEXT_LIMIT + 1);
    if (bytes.length > TEXT_LIMIT) {
      throw new HttpFormatException(
          "Cannot read an answer with status " + status + ": it is longer than 64 KiB");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
