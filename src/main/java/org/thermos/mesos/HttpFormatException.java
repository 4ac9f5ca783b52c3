package org.thermos.mesos;

import java.io.IOException;

/** What the other side sent is not HTTP, or not the records that were agreed on. */
final class HttpFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  HttpFormatException(String message) {
    super(message);
  }
}
