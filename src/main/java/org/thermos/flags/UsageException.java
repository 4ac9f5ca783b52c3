package org.thermos.flags;

/**
 * A command line that cannot be obeyed. The message is for the user: what is wrong and what to do.
 */
public final class UsageException extends Exception {
  public UsageException(String message) {
    super(message);
  }
}
