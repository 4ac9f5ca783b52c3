package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LauncherEnvironmentTest {
  @Test
  void takesBackWhatTheLauncherSet() {
    Map<String, String> adapted =
        Map.of("A", "1", "LC_ALL", "C.UTF-8", "THERMOS_LC_ALL", "", "THERMOS_BROKER", "3,4");

    assertThat(LauncherEnvironment.original(adapted)).containsExactly(Map.entry("A", "1"));
  }

  @Test
  void restoresTheCallersLocale() {
    Map<String, String> adapted = Map.of("LC_ALL", "C.UTF-8", "THERMOS_LC_ALL", "de_DE.UTF-8");

    assertThat(LauncherEnvironment.original(adapted))
        .containsExactly(Map.entry("LC_ALL", "de_DE.UTF-8"));
  }

  @Test
  void leavesAnEnvironmentAloneThatNoLauncherAdapted() {
    assertThat(LauncherEnvironment.original(Map.of("LC_ALL", "C"))).containsEntry("LC_ALL", "C");
  }
}
