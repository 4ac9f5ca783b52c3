package org.thermos.announce;

import org.thermos.log.Log;

/** Takes what ZooKeeper and Curator log, of warnings and worse, into the executor's log. */
final class ZooKeeperLogging {
  private static volatile LogThinner target = new LogThinner(line -> {}, System::nanoTime);

  private ZooKeeperLogging() {}

  /**
   * To be called before anything of ZooKeeper is loaded. Named by property, not found as a service:
   * JVMs that do not announce log through slf4j as before.
   */
  static void install(Log log) {
    target = new LogThinner(log::error, System::nanoTime);
    setDefault("slf4j.provider", ZooKeeperLogProvider.class.getName());
    setDefault("slf4j.internal.verbosity", "WARN"); // Else it tells standard error of the former.
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  static LogThinner target() {
    return target;
  }
}
