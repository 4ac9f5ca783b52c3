package org.thermos.cli;

import java.nio.file.Path;

/** Where log4j writes. */
final class LogSetup {
  private LogSetup() {}

  /**
   * Has the diagnostics of this JVM go to {@code file}, and nothing to the terminal. To be called
   * before anything is logged; afterwards it changes nothing.
   */
  static void logTo(Path file) {
    System.setProperty("thermos.log", file.toString());
    System.setProperty("log4j2.configurationFile", "classpath:org/thermos/cli/log4j2.properties");
  }
}
