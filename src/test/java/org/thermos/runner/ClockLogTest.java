package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.log.Log;

class ClockLogTest {
  private static final Instant WALL = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path directory;
  private final List<String> said = new ArrayList<>();
  private final Log log =
      new Log() {
        @Override
        public void info(String message) {
          said.add(message);
        }

        @Override
        public void error(String message) {
          said.add(message);
        }
      };

  private ClockLog read(String bootId) {
    return ClockLog.read(SmallFile.at(directory.resolve("clocks")), bootId, log);
  }

  private static Moment at(Duration step, long uptimeSeconds) {
    return new Moment(
        WALL.plus(step).plusSeconds(uptimeSeconds), Duration.ofSeconds(uptimeSeconds));
  }

  @Test
  void knowsHowLongAgoARecordWasWrittenThoughTheClockWasSteppedSince() throws IOException {
    read("boot").keep(0, at(Duration.ZERO, 10));

    for (Duration step : List.of(HOUR, HOUR.negated())) {
      assertThat(read("boot").at(0, at(step, 30)).uptimeOf(WALL.plusSeconds(12)))
          .isEqualTo(Duration.ofSeconds(12));
    }
  }

  @Test
  void eachRecordGoesByTheClockOfItsOwnTime() throws IOException {
    ClockLog clocks = read("boot");
    clocks.keep(0, at(Duration.ZERO, 10));
    clocks.keep(100, at(HOUR, 20));
    clocks.keep(200, at(HOUR, 21));

    assertThat(read("boot").at(99, at(HOUR, 30)).uptimeOf(WALL.plusSeconds(12)))
        .isEqualTo(Duration.ofSeconds(12));
    assertThat(read("boot").at(100, at(HOUR, 30)).uptimeOf(WALL.plus(HOUR).plusSeconds(21)))
        .isEqualTo(Duration.ofSeconds(21));
    assertThat(Files.readAllLines(directory.resolve("clocks")))
        .as("one that is as good as the last is not kept")
        .hasSize(2);
  }

  @Test
  void afterARebootTheWallClockIsAllThereIs() throws IOException {
    read("boot").keep(0, at(Duration.ZERO, 1000));

    Moment now = new Moment(WALL.plusSeconds(1010), Duration.ofSeconds(5));
    assertThat(read("next").at(0, now).uptimeOf(WALL.plusSeconds(1008)))
        .isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void whatCannotBeReadIsAsIfItHadNotBeenKept() throws IOException {
    Files.writeString(
        directory.resolve("clocks"), "boot 0\nnonsense\nboot 0 9223372036854775807\n");
    Moment now = at(Duration.ZERO, 30);

    assertThat(read("boot").at(0, now)).isEqualTo(now);

    Files.delete(directory.resolve("clocks"));
    Files.createSymbolicLink(directory.resolve("clocks"), Path.of("/etc/passwd"));
    assertThat(read("boot").at(0, now)).isEqualTo(now);
    assertThat(said).singleElement().asString().contains("not a regular file");
  }

  @Test
  void aRecordFromTheFutureIsOfNow() {
    Moment now = at(Duration.ZERO, 30);
    assertThat(now.uptimeOf(WALL.plusSeconds(99))).isEqualTo(now.uptime());
  }
}
