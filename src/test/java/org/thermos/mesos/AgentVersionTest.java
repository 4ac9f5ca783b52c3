package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentVersionTest {

  @Test
  void isFoundInTheAgentsAnswer() {
    assertThat(
            AgentVersion.parse(
                "{\"build_date\":\"2017-09-06\",\"build_user\":\"version\",\"git_tag\":\"1.3.2\",\"version\" : \"1.3.2\"}"))
        .contains(new AgentVersion(1, 3, 2));
    assertThat(AgentVersion.parse("{\"version\":\"1.5.0-rc1\"}"))
        .contains(new AgentVersion(1, 5, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"version\":",
        "{\"version\":\"",
        "{\"version\":\"\"}",
        "{\"version\":\"1.3\"}",
        "{\"version\":\"x.y.z\"}",
        "{\"version\":1.3,\"a\":\"1.3.2\"}",
        "<html>",
        "{\"version\":\"1..2\"}",
        "{\"version\":\"99999999999.0.0\"}"
      })
  void anythingElseIsUnknown(String text) {
    assertThat(AgentVersion.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 28, 2, false",
    "1, 0, 4, false",
    "1, 1, 0, false",
    "1, 3, 2, false",
    "1, 4, 1, false",
    "1, 4, 2, true",
    "1, 5, 0, false",
    "1, 5, 1, true",
    "1, 6, 0, true",
    "1, 11, 0, true",
    "2, 0, 0, true"
  })
  void knowsWhichReleasesCrashAtASecondSubscription(
      int major, int minor, int patch, boolean survives) {
    assertThat(new AgentVersion(major, minor, patch).survivesSecondSubscription())
        .isEqualTo(survives);
  }
}
