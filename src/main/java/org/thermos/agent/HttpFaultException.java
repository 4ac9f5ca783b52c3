package org.thermos.agent;

/** A request that cannot be read; it is answered with this status, and the connection closed. */
final class HttpFaultException extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;

  HttpFaultException(int status, String message) {
    super(message);
    this.status = status;
  }

  HttpFaultException(int status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  int status() {
    return status;
  }
}
