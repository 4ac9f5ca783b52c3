package org.thermos.agent;

/** A request's body is not a call; the message is what the client is told. */
final class MalformedCallException extends Exception {
  private static final long serialVersionUID = 1;

  MalformedCallException(String message) {
    super(message);
  }

  MalformedCallException(String message, Throwable cause) {
    super(message, cause);
  }
}
