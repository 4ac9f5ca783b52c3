package org.thermos.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MesosDurationTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S,0ns",
    "PT0.0000005S,500ns",
    "PT0.00025S,250us",
    "PT1.5S,1500ms",
    "PT2.5S,2500ms",
    "PT2S,2secs",
    "PT90S,90secs",
    "PT90M,90mins",
    "PT15M,15mins",
    "PT1H,1hrs",
    "PT36H,36hrs",
    "P10D,10days",
    "P14D,2weeks",
  })
  void usesTheLargestUnitWithoutAFraction(Duration duration, String text) {
    assertThat(MesosDuration.format(duration)).isEqualTo(text);
  }
}
