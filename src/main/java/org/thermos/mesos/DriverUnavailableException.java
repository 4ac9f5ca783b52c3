package org.thermos.mesos;

/** The chosen driver cannot be used on this machine; the text, one line, says what to do. */
public final class DriverUnavailableException extends Exception {

  private static final long serialVersionUID = 1L;

  DriverUnavailableException(String message) {
    super(message);
  }
}
