package org.thermos.process;

import java.io.IOException;

/** The broker could not do what it was asked; the message says what, to what, and why. */
public class NativeException extends IOException {
  private static final long serialVersionUID = 1;
  private static final int ENOENT = 2;
  private static final int EAGAIN = 11;
  private static final int ENOMEM = 12;
  private static final int ENFILE = 23;
  private static final int EMFILE = 24;

  private final int errno;

  NativeException(int errno, String message) {
    super(message);
    this.errno = errno;
  }

  /** The system's number for the reason. */
  public final int errno() {
    return errno;
  }

  /** Whether what it was about does not exist. */
  public final boolean isMissing() {
    return errno == ENOENT;
  }

  /** Whether processes, memory or descriptors were used up, so that it may be possible later. */
  public final boolean isShortage() {
    return errno == EAGAIN || errno == ENOMEM || errno == ENFILE || errno == EMFILE;
  }
}
