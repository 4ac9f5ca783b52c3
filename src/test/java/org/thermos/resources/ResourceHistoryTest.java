package org.thermos.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ResourceHistoryTest {
  private static final Instant START = Instant.EPOCH;

  @Test
  void beginsWithZerosAndForgetsTheOldest() {
    ResourceHistory history = ResourceHistory.ofAnHour(Duration.ofSeconds(20), START);
    assertThat(history.newest()).isEqualTo(ResourceSample.nothing(START));

    for (int i = 1; i <= 200; i++) {
      history.add(ResourceSample.nothing(START.plusSeconds(i)).withDisk(i));
    }

    assertThat(history.samples()).hasSize(180);
    assertThat(history.samples().get(0).disk()).isEqualTo(21);
    assertThat(history.newest().disk()).isEqualTo(200);
  }

  @Test
  void refusesWhatIsOutOfOrder() {
    ResourceHistory history = new ResourceHistory(10, START.plusSeconds(5));

    assertThatThrownBy(() -> history.add(ResourceSample.nothing(START)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unable to add a sample of 1970-01-01T00:00:00Z");
  }

  @Test
  void refusesToGrowWithoutMeasure() {
    assertThatThrownBy(() -> new ResourceHistory(10_001, START))
        .hasMessage("Requested history length too large");
    assertThatThrownBy(() -> ResourceHistory.ofAnHour(Duration.ofMillis(300), START))
        .hasMessage("Requested history length too large");
    assertThatThrownBy(() -> new ResourceHistory(0, START))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
