package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitStatusTest {
  @Test
  void tellsAnExitFromASignal() {
    assertThat(new ExitStatus(0).exitCode()).hasValue(0);
    assertThat(new ExitStatus(255 << 8).exitCode()).hasValue(255);
    assertThat(new ExitStatus(255 << 8).signal()).isEmpty();
    assertThat(new ExitStatus(9).signal()).hasValue(9);
    // A core was dumped.
    assertThat(new ExitStatus(11 | 0x80).signal()).hasValue(11);
    assertThat(new ExitStatus(9).exitCode()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "256, 1", "65280, 255", "15, -15", "139, -11"})
  void becomesAReturnCode(int waitStatus, int returnCode) {
    assertThat(new ExitStatus(waitStatus).returnCode()).isEqualTo(returnCode);
  }

  @ParameterizedTest
  @CsvSource({
    "0, RECORDED",
    "75, BUSY",
    "76, ABANDONED",
    "77, SUPERSEDED",
    "100, WRONG_USE",
    "111, FAILED",
    "99, FAILED"
  })
  void tellsWhyACoordinatorEnded(int exitCode, CoordinatorEnd end) {
    assertThat(CoordinatorEnd.of(new ExitStatus(exitCode << 8))).isEqualTo(end);
    assertThat(CoordinatorEnd.of(new ExitStatus(9))).isEqualTo(CoordinatorEnd.KILLED);
  }
}
