package org.thermos.sandbox;

/** A sandbox cannot be made; the message says why, in the original's words where it has any. */
public final class SandboxException extends Exception {
  private static final long serialVersionUID = 1L;

  SandboxException(String message) {
    super(message);
  }

  SandboxException(String message, Throwable cause) {
    super(message, cause);
  }
}
