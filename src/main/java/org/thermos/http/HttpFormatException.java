package org.thermos.http;

import java.io.IOException;

/** What the other side sent is not HTTP, or not the records that were agreed on. */
public final class HttpFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  public HttpFormatException(String message) {
    super(message);
  }
}
