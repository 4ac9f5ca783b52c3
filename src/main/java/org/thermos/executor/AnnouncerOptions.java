package org.thermos.executor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.thermos.announce.AnnouncerSettings;
import org.thermos.announce.AuthenticationFile;
import org.thermos.announce.AuthenticationFileException;
import org.thermos.announce.ZooKeeperAuthentication;
import org.thermos.flags.FlagValues;
import org.thermos.flags.UsageException;
import org.thermos.log.Log;

/** What the command line says about announcing (executor 6.2). */
final class AnnouncerOptions {
  private AnnouncerOptions() {}

  /**
   * Empty without an ensemble. ZooKeeper's classes are loaded only if there is one.
   *
   * @throws UsageException also if the file of credentials cannot be used
   */
  static Optional<AnnouncerSettings> from(FlagValues flags, Log log) throws UsageException {
    Optional<String> ensemble = flags.get(ExecutorFlags.ANNOUNCER_ENSEMBLE);
    if (ensemble.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new AnnouncerSettings(
              ensemble.get(),
              flags.require(ExecutorFlags.ANNOUNCER_SERVERSET_PATH),
              flags.isSet(ExecutorFlags.ANNOUNCER_ALLOW_CUSTOM_SERVERSET_PATH),
              flags.get(ExecutorFlags.ANNOUNCER_HOSTNAME),
              authentication(flags, log),
              connectTimeout(flags),
              flags.isSet(ExecutorFlags.ANNOUNCER_WAIT_FOR_HEALTH),
              AnnouncerSettings.DEFAULT_SESSION_TIMEOUT));
    } catch (AuthenticationFileException | IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private static ZooKeeperAuthentication authentication(FlagValues flags, Log log)
      throws AuthenticationFileException {
    Optional<String> file = flags.get(ExecutorFlags.ANNOUNCER_ZOOKEEPER_AUTH_CONFIG);
    return file.isPresent()
        ? AuthenticationFile.read(Path.of(file.get()), log)
        : ZooKeeperAuthentication.NONE;
  }

  private static Optional<Duration> connectTimeout(FlagValues flags) throws UsageException {
    OptionalInt seconds = flags.getInt(ExecutorFlags.ANNOUNCER_CONNECT_TIMEOUT_SECS);
    if (seconds.isPresent() && seconds.getAsInt() < 1) {
      throw new UsageException(
          "cannot use --announcer-connect-timeout-secs="
              + seconds.getAsInt()
              + ": it must be at least 1");
    }
    return seconds.stream().mapToObj(Duration::ofSeconds).findFirst();
  }
}
