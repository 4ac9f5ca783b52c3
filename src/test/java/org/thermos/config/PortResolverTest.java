package org.thermos.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 10, threadMode = ThreadMode.SEPARATE_THREAD)
class PortResolverTest {
  @Test
  void followsAliasesToNumbers() throws ConfigException {
    assertThat(
            PortResolver.resolve(
                Map.of("aurora", "https", "https", "http", "static", " 80 ", "lost", "nowhere"),
                Map.of("http", 31000)))
        .isEqualTo(Map.of("http", 31000, "aurora", 31000, "https", 31000, "static", 80));
  }

  @Test
  void assignedPortsWinOverAliases() throws ConfigException {
    assertThat(PortResolver.resolve(Map.of("http", "80"), Map.of("http", 31000)))
        .isEqualTo(Map.of("http", 31000));
  }

  @Test
  void dropsWhatIsNoNumberToPython() throws ConfigException {
    assertThat(
            PortResolver.resolve(
                Map.of("hex", "0x50", "fraction", "80.5", "low", "-1", "high", "99999"), Map.of()))
        .isEqualTo(Map.of("low", -1, "high", 99999));
  }

  @Test
  void refusesCycles() {
    assertThatThrownBy(() -> PortResolver.resolve(Map.of("a", "b", "b", "c", "c", "b"), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Found cycle in portmap!");
    assertThatThrownBy(() -> PortResolver.resolve(Map.of("a", "a"), Map.of()))
        .hasMessageContaining("leads from a back to a");
  }
}
