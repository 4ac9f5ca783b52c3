package org.thermos.runner;

import java.util.Optional;
import java.util.OptionalInt;
import org.thermos.config.LoggerConfig;

/**
 * How processes log that say nothing about it themselves (processes 4.7).
 *
 * @param sizeMebibytes rotation size; absent or 0 means the default
 * @param backups rotated files kept; absent or 0 means the default
 */
public record LoggerDefaults(
    Optional<LoggerConfig.Destination> destination,
    Optional<LoggerConfig.Mode> mode,
    OptionalInt sizeMebibytes,
    OptionalInt backups) {
  /** Nothing said. */
  static final LoggerDefaults NONE =
      new LoggerDefaults(
          Optional.empty(), Optional.empty(), OptionalInt.empty(), OptionalInt.empty());
}
