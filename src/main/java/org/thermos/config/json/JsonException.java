package org.thermos.config.json;

/** The text is not JSON, or exceeds a bound; the message says where, by line and column. */
public final class JsonException extends Exception {
  public JsonException(String message) {
    super(message);
  }

  public JsonException(String message, Throwable cause) {
    super(message, cause);
  }
}
