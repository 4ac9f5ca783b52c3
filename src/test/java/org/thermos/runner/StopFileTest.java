package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.checkpoint.TaskState;

class StopFileTest {
  private static final Instant WALL = Instant.parse("2026-01-01T00:00:00Z");
  private static final StopOrder ORDER = new StopOrder(TaskState.KILLED, Duration.ofSeconds(160));

  @TempDir private Path directory;

  private StopFile file(String bootId) {
    return new StopFile(SmallFile.at(directory.resolve("stop")), bootId);
  }

  private static Moment at(long wallSeconds, long uptimeSeconds) {
    return new Moment(WALL.plusSeconds(wallSeconds), Duration.ofSeconds(uptimeSeconds));
  }

  @Test
  void isEmptyUntilAnOrderIsGiven() throws IOException {
    assertThat(file("boot").read(at(0, 0))).isEmpty();
  }

  @Test
  void keepsTheDeadlineThroughAnyStepOfTheWallClock() throws IOException {
    file("boot").write(ORDER, at(0, 100));

    assertThat(file("boot").read(at(7200, 130))).contains(ORDER);
    assertThat(file("boot").read(at(-7200, 130))).contains(ORDER);
  }

  @Test
  void goesByTheWallClockAfterARebootButGivesNoMoreTimeThanThereWas() throws IOException {
    file("boot").write(ORDER, at(0, 100));

    assertThat(file("next").read(at(20, 5)))
        .contains(new StopOrder(TaskState.KILLED, Duration.ofSeconds(45)));
    assertThat(file("next").read(at(7200, 5)))
        .contains(new StopOrder(TaskState.KILLED, Duration.ofSeconds(5)));
    assertThat(file("next").read(at(-7200, 5)))
        .contains(new StopOrder(TaskState.KILLED, Duration.ofSeconds(65)));
  }

  @Test
  void aNewOrderReplacesTheOldOne() throws IOException {
    file("boot").write(ORDER, at(0, 100));
    StopOrder more = new StopOrder(TaskState.LOST, Duration.ofSeconds(101));
    file("boot").write(more, at(1, 101));

    assertThat(file("boot").read(at(1, 101))).contains(more);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "KILLED",
        "SUCCESS boot 1 1 1",
        "KILLED boot x 1 1",
        "KILLED boot 9223372036854775807 1 1",
        "KILLED other 1 9223372036854775807 1",
        "KILLED boot 1 1 1 1"
      })
  void refusesWhatMakesNoSense(String content) throws IOException {
    Files.writeString(directory.resolve("stop"), content);

    assertThatIOException()
        .isThrownBy(() -> file("boot").read(at(0, 0)))
        .withMessageContaining(directory.resolve("stop") + ": it makes no sense; move it away");
  }

  @Test
  void saysWhatItIsThatCannotBeWritten() throws IOException {
    Files.delete(directory);

    assertThatIOException()
        .isThrownBy(() -> file("boot").write(ORDER, at(0, 100)))
        .withMessageStartingWith("cannot write " + directory + "/stop: ");
  }

  @Test
  void followsNoLink() throws IOException {
    Files.createSymbolicLink(directory.resolve("stop"), Path.of("/etc/passwd"));

    assertThatIOException()
        .isThrownBy(() -> file("boot").read(at(0, 0)))
        .withMessageContaining("not a regular file");
  }
}
