package org.thermos.process;

import java.io.IOException;

/** The broker could not do what it was asked; the message says what, to what, and why. */
public class NativeException extends IOException {
  private static final long serialVersionUID = 1;

  private final int errno;

  NativeException(int errno, String message) {
    super(message);
    this.errno = errno;
  }

  /** The system's number for the reason. */
  public final int errno() {
    return errno;
  }
}
