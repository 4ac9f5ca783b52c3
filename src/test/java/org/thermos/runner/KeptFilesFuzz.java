package org.thermos.runner;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.thermos.fuzz.FuzzInput;
import org.thermos.fuzz.Require;
import org.thermos.log.Log;

/** Any bytes as the small files that runners keep beside a stream. */
public final class KeptFilesFuzz {
  private static final Moment NOW =
      new Moment(Instant.parse("2026-11-21T12:00:00Z"), Duration.ofHours(1));

  private static final Log NOWHERE =
      new Log() {
        @Override
        public void info(String message) {}

        @Override
        public void error(String message) {}
      };

  private KeptFilesFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
    FuzzInput input = new FuzzInput(bytes);
    int offset = input.u8();
    MemoryFile file = new MemoryFile(input.rest());
    requireOrderOrRefusal(file);
    ClockLog clocks = ClockLog.read(file, "boot", NOWHERE);
    Require.that(
        clocks.at(offset, NOW).uptimeOf(NOW.wall()).compareTo(NOW.uptime()) <= 0,
        "what was recorded lies in the past");
    clocks.keep(offset, NOW);
  }

  private static void requireOrderOrRefusal(MemoryFile file) throws IOException {
    StopFile stop = new StopFile(file, "boot");
    Optional<StopOrder> order;
    try {
      order = stop.read(NOW);
    } catch (IOException e) {
      Require.that(e.getMessage().contains(file.toString()), "a refusal names the file");
      return;
    }
    if (order.isPresent()) {
      MemoryFile copy = new MemoryFile();
      new StopFile(copy, "boot").write(order.get(), NOW);
      Require.equal(new StopFile(copy, "boot").read(NOW), order, "it comes back as it was");
    }
  }
}
