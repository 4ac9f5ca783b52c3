package org.thermos.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemberDataTest {
  /** The example of health 7.7, on one line as it is written. */
  private static final String GOLDEN =
      "{\"serviceEndpoint\": {\"host\": \"rack3-node9.example.net\", \"port\": 31544},"
          + " \"additionalEndpoints\": {\"http\": {\"host\": \"rack3-node9.example.net\", \"port\":"
          + " 31544}, \"aurora\": {\"host\": \"rack3-node9.example.net\", \"port\": 31544},"
          + " \"health\": {\"host\": \"rack3-node9.example.net\", \"port\": 31545}}, \"status\":"
          + " \"ALIVE\", \"shard\": 4}";

  @Test
  void memberIsWrittenAsTheOriginalWritesIt() {
    Map<String, Integer> ports = new LinkedHashMap<>();
    ports.put("http", 31544);
    ports.put("aurora", 31544);
    ports.put("health", 31545);

    assertThat(text("rack3-node9.example.net", 31544, ports, 4)).isEqualTo(GOLDEN);
  }

  @Test
  void taskWithoutPortsHasAPrimaryEndpointOfZero() {
    assertThat(text("h", 0, Map.of(), 0))
        .isEqualTo(
            "{\"serviceEndpoint\": {\"host\": \"h\", \"port\": 0}, \"additionalEndpoints\": {},"
                + " \"status\": \"ALIVE\", \"shard\": 0}");
  }

  @Test
  void namesCannotBreakOutOfTheirQuotes() {
    assertThat(text("h\"", 1, Map.of("a\"b\\é", 2), 0))
        .contains("{\"host\": \"h\\\"\", \"port\": 1}")
        .contains("\"a\\\"b\\\\\\u00E9\": ");
  }

  @Test
  void pathsHaveSingleSlashesFromTheRootOn() {
    assertThat(ServersetPath.normalized("//aurora///www/prod/web/"))
        .isEqualTo("/aurora/www/prod/web");
    assertThat(ServersetPath.normalized("aurora/x")).isEqualTo("/aurora/x");
    assertThat(ServersetPath.normalized("")).isEqualTo("/");
    assertThat(ServersetPath.parent("/a/b")).isEqualTo("/a");
    assertThat(ServersetPath.parent("/a")).isEqualTo("/");
  }

  @Test
  void pathsThatZooKeeperCannotHaveAreRefused() {
    assertThatThrownBy(() -> ServersetPath.normalized("/a/../b"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String text(String host, int port, Map<String, Integer> ports, int shard) {
    return new String(MemberData.of(host, port, ports, shard), StandardCharsets.UTF_8);
  }
}
