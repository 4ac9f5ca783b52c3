package org.thermos.mesos;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How to speak TLS with the agent, from libprocess's {@code LIBPROCESS_SSL_*} variables.
 *
 * @param certificateFile a PEM chain to present when the agent asks for one
 * @param keyFile the PEM private key that belongs to it
 * @param authorities a PEM file, or a folder of them, to trust instead of the JVM's own list
 */
public record TlsSettings(
    Verification verification,
    Optional<Path> certificateFile,
    Optional<Path> keyFile,
    Optional<Path> authorities) {

  /** What is asked of the agent's certificate. */
  public enum Verification {
    /** Nothing: encrypted, but anybody could answer. What libprocess does unless told otherwise. */
    NONE,
    /** Signed by a known authority, for the address that was connected to. */
    ADDRESS,
    /** Signed by a known authority, for the name that the address resolves back to. */
    REVERSE_NAME
  }
}
