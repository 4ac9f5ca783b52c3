package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MesosDurationTest {

  @ParameterizedTest
  @CsvSource({
    "0ns, PT0S",
    "500ns, PT0.0000005S",
    "3us, PT0.000003S",
    "1500ms, PT1.5S",
    "2500ms, PT2.5S",
    "2secs, PT2S",
    "90secs, PT90S",
    "15mins, PT15M",
    "90mins, PT90M",
    "1.5hrs, PT90M",
    "2days, P2D",
    "1weeks, P7D",
    ".5secs, PT0.5S",
    "0.1ns, PT0S"
  })
  void readsWhatMesosPrints(String text, Duration expected) {
    assertThat(MesosDuration.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "secs",
        "5 secs",
        "-5secs",
        "1.2.3secs",
        "5sec",
        "5SECS",
        "1e9secs",
        "99999weeks0",
        ".secs",
        "9999999999weeks",
        "0000000000000000000000000000000000001ns",
        "٣secs"
      })
  void refusesTheRest(String text) {
    assertThatThrownBy(() -> MesosDuration.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("it");
  }
}
