package org.thermos.mesos;

import static java.util.Objects.requireNonNull;

/** The secret an agent hands its executor to authenticate with. Prints as stars. */
public final class AuthenticationToken {

  private final String secret;

  /**
   * @throws IllegalArgumentException if {@code secret} could not stand in a header line; the text
   *     does not repeat it
   */
  public AuthenticationToken(String secret) {
    requireNonNull(secret, "secret is null");
    if (secret.isEmpty() || !secret.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "Cannot use an authentication token that is empty or has a character no header may carry");
    }
    this.secret = secret;
  }

  /** The value of the {@code Authorization} header. */
  String authorization() {
    return "Bearer " + secret;
  }

  @Override
  public String toString() {
    return "****";
  }
}
