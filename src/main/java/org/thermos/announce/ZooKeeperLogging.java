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
    if (System.getProperty("slf4j.provider") == null) {
      System.setProperty("slf4j.provider", ZooKeeperLogProvider.class.getName());
    }
  }

  static LogThinner target() {
    return target;
  }
}
