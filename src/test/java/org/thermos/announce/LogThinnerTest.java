package org.thermos.announce;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogThinnerTest {
  private final List<String> lines = new ArrayList<>();
  private long now;
  private final LogThinner thinner = new LogThinner(lines::add, () -> now);

  @Test
  void messagesOfOneKindAreCountedRatherThanRepeated() {
    thinner.log("a", "a 1");
    thinner.log("b", "b 1");
    thinner.log("a", "a 2");
    thinner.log("a", "a 3");
    now += LogThinner.INTERVAL.toNanos();
    thinner.log("a", "a 4");

    assertThat(lines).containsExactly("a 1", "b 1", "a 4 (and 2 times since it was last said)");
  }

  @Test
  void memoryAndLinesAreBounded() {
    for (int i = 0; i < 1000; i++) {
      thinner.log("kind " + i, "x".repeat(100_000));
    }

    assertThat(lines).allSatisfy(line -> assertThat(line).hasSize(1000));
  }
}
