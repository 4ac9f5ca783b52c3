package org.thermos.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnouncerSettingsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"one", "one:2181,two:2182", "127.0.0.1:1", "[::1]:2181", "one:2181/chroot"})
  void takesServers(String ensemble) {
    assertThat(settings(ensemble).ensemble()).isEqualTo(ensemble);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", ",", ":", ":2181", "one,:2181", "one:port", "one:0", "one:65536", "/a"})
  void refusesWhatIsNoServer(String ensemble) {
    assertThatThrownBy(() -> settings(ensemble))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("cannot use " + ensemble + " as ZooKeeper ensemble: ")
        .hasMessageEndingWith("; give host:port,...");
  }

  private static AnnouncerSettings settings(String ensemble) {
    return new AnnouncerSettings(
        ensemble,
        "/aurora",
        false,
        Optional.empty(),
        ZooKeeperAuthentication.NONE,
        Optional.empty(),
        false,
        AnnouncerSettings.DEFAULT_SESSION_TIMEOUT);
  }
}
