package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RunnerEnvironmentTest {
  @Test
  void keepsTheAgentsTokenFromTheProcesses() {
    assertThat(
            RunnerEnvironment.of(
                Map.of("PATH", "/bin", "MESOS_EXECUTOR_AUTHENTICATION_TOKEN", "secret")))
        .isEqualTo(Map.of("PATH", "/bin"));
  }
}
