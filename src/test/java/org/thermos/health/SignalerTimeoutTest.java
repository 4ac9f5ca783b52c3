package org.thermos.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignalerTimeoutTest {
  @ParameterizedTest
  @CsvSource({
    "2.5, 2500",
    "3, 3000",
    "0, 1000",
    "-1, 1000",
    "abc, 1000",
    "'', 1000",
    "NaN, 1000",
    "1e300, 3600000"
  })
  void theVariableSaysHowLongIfItCanBeRead(String value, long millis) {
    assertThat(SignalerTimeout.of(Map.of("AURORA_HTTP_SIGNALER_TIMEOUT_SECS", value)))
        .isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void oneSecondIsTheDefault() {
    assertThat(SignalerTimeout.of(Map.of())).isEqualTo(Duration.ofSeconds(1));
  }
}
