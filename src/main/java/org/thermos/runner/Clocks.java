package org.thermos.runner;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** The system's two clocks, and the name of the boot since which one of them has been running. */
final class Clocks {
  private static final Path UPTIME = Path.of("/proc/uptime");
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final Clock wall;
  private final String bootId;

  /** Uptime when the JVM's own clock would say zero. */
  private final Duration origin;

  /**
   * @throws IOException if the kernel does not tell how long it has been running
   */
  Clocks(Clock wall) throws IOException {
    this.wall = wall;
    this.bootId = Files.readString(BOOT_ID).trim();
    String uptime = Files.readString(UPTIME);
    long nanos =
        new BigDecimal(uptime.substring(0, uptime.indexOf(' '))).movePointRight(9).longValue();
    this.origin = Duration.ofNanos(nanos - System.nanoTime());
  }

  Moment now() {
    return new Moment(wall.instant(), origin.plusNanos(System.nanoTime()));
  }

  /** Differs from one start of the machine to the next. */
  String bootId() {
    return bootId;
  }
}
