package org.thermos.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What becomes of a process' output.
 *
 * @param rotate as written; a rotating logger without it uses {@link RotatePolicy#DEFAULT}
 */
public record LoggerConfig(Destination destination, Mode mode, Optional<RotatePolicy> rotate) {

  /** Where the output goes. */
  public enum Destination {
    FILE,
    CONSOLE,
    BOTH,
    NONE;

    /** The name in configurations and flags, e.g. {@code file}. */
    public String value() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Destination> of(String value) {
      return Arrays.stream(values()).filter(it -> it.value().equals(value)).findFirst();
    }
  }

  /** Whether files grow without bound. */
  public enum Mode {
    STANDARD,
    ROTATE;

    /** The name in configurations and flags, e.g. {@code rotate}. */
    public String value() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Mode> of(String value) {
      return Arrays.stream(values()).filter(it -> it.value().equals(value)).findFirst();
    }
  }
}
