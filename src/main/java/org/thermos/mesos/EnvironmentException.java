package org.thermos.mesos;

/**
 * The environment lacks what a Mesos agent sets, or holds what it would not; the text says which.
 */
public final class EnvironmentException extends Exception {

  private static final long serialVersionUID = 1L;

  EnvironmentException(String message) {
    super(message);
  }
}
