package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClocksTest {
  /** Else a deadline that one runner wrote would mean something else to the next. */
  @Test
  void countsFromTheStartOfTheMachine() throws IOException {
    Duration before = uptime();
    Duration uptime = new Clocks(Clock.systemUTC()).now().uptime();

    // The kernel's file counts time asleep too; machines that run services do not sleep.
    assertThat(uptime).isBetween(before.minusSeconds(1), uptime().plusSeconds(1));
  }

  private static Duration uptime() throws IOException {
    String text = Files.readString(Path.of("/proc/uptime"));
    return Duration.ofMillis(
        (long) (Double.parseDouble(text.substring(0, text.indexOf(' '))) * 1000));
  }
}
