package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.config.ProcessConfig;
import org.thermos.process.Account;
import org.thermos.process.CoordinatorSpec.Root;

/** What a launch sets for a task's processes passes the runner by. */
class CarriedVariablesTest {
  private static final Account ROOT = new Account("root", 0, 0, "/root", List.of());

  @Property
  void arriveAsTheyWere(@ForAll Map<String, String> variables) {
    Map<String, String> named = new TreeMap<>(variables);
    named.remove("");
    Map<String, String> environment = new TreeMap<>(Map.of("PATH", "/bin", "THERMOS_ENV_", "1"));
    environment.putAll(CarriedVariables.carry(named));

    assertThat(CarriedVariables.of(environment)).isEqualTo(named);
    assertThat(CarriedVariables.without(environment))
        .isEqualTo(Map.of("PATH", "/bin", "THERMOS_ENV_", "1"));
  }

  @Test
  void reachAProcessWhetherOrNotItSeesTheRunnersEnvironment() {
    Map<String, String> carried = CarriedVariables.carry(Map.of("LD_PRELOAD", "x", "PATH", "/my"));
    Map<String, String> runners = new TreeMap<>(Map.of("PATH", "/bin", "OWN", "1"));
    runners.putAll(carried);

    assertThat(environment(runners, false))
        .isEqualTo(
            Map.of(
                "HOME", "/run/sandbox",
                "LOGNAME", "root",
                "USER", "root",
                "PATH", "/my",
                "LD_PRELOAD", "x"));
    assertThat(environment(runners, true))
        .containsEntry("OWN", "1")
        .containsEntry("PATH", "/my")
        .doesNotContainKeys(carried.keySet().toArray(String[]::new));
  }

  private static Map<String, String> environment(Map<String, String> runners, boolean preserve) {
    return new CoordinatorSpecs(
            TaskPaths.of(Path.of("/checkpoints"), "task"),
            Path.of("/run/sandbox"),
            ROOT,
            ROOT,
            Root.HOST,
            preserve,
            runners,
            new LoggerDefaults(
                Optional.empty(), Optional.empty(), OptionalInt.empty(), OptionalInt.empty()),
            Optional.empty())
        .of(
            new ProcessConfig("p", "true", 1, false, false, Duration.ZERO, false, Optional.empty()),
            0,
            0)
        .environment();
  }
}
