package org.thermos.announce;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.thermos.log.Log;

/**
 * Announces one task at the given servers, as an executor would, until standard input ends. Prints
 * what it logs and the reports.
 */
final class LeanAnnouncer {
  private LeanAnnouncer() {}

  public static void main(String[] arguments) throws Exception {
    Log log =
        new Log() {
          @Override
          public void info(String message) {
            System.out.println("INFO " + message);
          }

          @Override
          public void error(String message) {
            System.out.println("ERROR " + message);
          }
        };
    AnnouncerSettings settings =
        new AnnouncerSettings(
            arguments[0],
            "/aurora",
            false,
            Optional.empty(),
            ZooKeeperAuthentication.NONE,
            Optional.empty(),
            false,
            AnnouncerSettings.DEFAULT_SESSION_TIMEOUT);
    try (AnnouncerService service = new AnnouncerService(settings, log)) {
      AnnouncedTask task =
          service.announce(
              AnnouncerTrial.wish(0), Map.of("http", 31000), "node1", System.out::println);
      while (System.in.read() >= 0) {}
      System.out.println(task.withdraw(Duration.ofSeconds(20)).get(30, TimeUnit.SECONDS));
    }
  }
}
