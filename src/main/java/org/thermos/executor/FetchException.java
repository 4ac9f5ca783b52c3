package org.thermos.executor;

/** A file that a launch wants could not be had; the message says which and why. */
final class FetchException extends Exception {
  private static final long serialVersionUID = 1L;

  FetchException(String shown, String why) {
    super("Failed to fetch '" + shown + "': " + why);
  }
}
