package org.thermos.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * The system's two clocks. The JVM's own is the kernel's CLOCK_MONOTONIC on Linux, so that runners
 * that follow each other count from the same moment: the start of the machine.
 */
final class Clocks {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final Clock wall;
  private final String bootId;

  /**
   * @throws IOException if the kernel does not tell which boot this is
   */
  Clocks(Clock wall) throws IOException {
    this.wall = wall;
    this.bootId = currentBootId();
  }

  Moment now() {
    return new Moment(wall.instant(), Duration.ofNanos(System.nanoTime()));
  }

  /** Differs from one start of the machine to the next. */
  String bootId() {
    return bootId;
  }

  static String currentBootId() throws IOException {
    return Files.readString(BOOT_ID).trim();
  }
}
