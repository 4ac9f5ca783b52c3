package org.thermos.process;

/** There is no such account on this machine. */
public final class UnknownUserException extends Exception {
  private static final long serialVersionUID = 1;

  UnknownUserException(String message) {
    super(message);
  }
}
