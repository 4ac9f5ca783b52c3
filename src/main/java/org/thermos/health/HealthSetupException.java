package org.thermos.health;

/** A check cannot be carried out as it is defined; the message is fit for a status update. */
public final class HealthSetupException extends Exception {
  private static final long serialVersionUID = 1;

  public HealthSetupException(String message) {
    super(message);
  }
}
