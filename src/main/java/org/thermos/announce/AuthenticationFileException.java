package org.thermos.announce;

/** The ZooKeeper authentication file cannot be used. The message is for the user. */
public final class AuthenticationFileException extends Exception {
  AuthenticationFileException(String message, Throwable cause) {
    super(message, cause);
  }

  AuthenticationFileException(String message) {
    super(message);
  }
}
