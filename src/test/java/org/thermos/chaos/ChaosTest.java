package org.thermos.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.cli.Programs;

/** A few seconds of what {@code scripts/chaos} does for minutes. */
@Timeout(300)
final class ChaosTest {
  private static final long SEED = 4;

  @TempDir Path directory;

  @Test
  void ledgersCheckpointsAndUpdatesAgree() throws Exception {
    Path place = directory.toRealPath();
    ChaosOptions options =
        new ChaosOptions(
            Duration.ofSeconds(4), SEED, 3, Duration.ofMillis(200), Optional.of(place));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    try (Chaos chaos = new Chaos(options, place, Programs.executor(place), out)) {
      assertThat(chaos.run()).as(bytes.toString(StandardCharsets.UTF_8)).isTrue();
      assertThat(chaos.tally().tasks()).isPositive();
      assertThat(chaos.tally().kills()).isPositive();
    }
    assertThat(Host.remains(place, place)).isEmpty();
  }

  @Test
  void theSameSeedMakesTheSameTasks() {
    TaskMaker first = new TaskMaker(SEED);
    TaskMaker second = new TaskMaker(SEED);
    for (int i = 0; i < 50; i++) {
      assertThat(first.next()).isEqualTo(second.next());
    }
  }
}
