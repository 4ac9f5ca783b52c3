package org.thermos.announce;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonWriter;

/** What a member's node holds, byte for byte as the original writes it (health 7.7). */
final class MemberData {
  private MemberData() {}

  /**
   * @param ports every endpoint by name, in the order to write them in
   */
  static byte[] of(String host, int primaryPort, Map<String, Integer> ports, int shard) {
    String others =
        ports.entrySet().stream()
            .map(port -> quoted(port.getKey()) + ": " + endpoint(host, port.getValue()))
            .collect(Collectors.joining(", "));
    String text =
        "{\"serviceEndpoint\": "
            + endpoint(host, primaryPort)
            + ", \"additionalEndpoints\": {"
            + others
            + "}, \"status\": \"ALIVE\", \"shard\": "
            + shard
            + "}";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String endpoint(String host, int port) {
    return "{\"host\": " + quoted(host) + ", \"port\": " + port + "}";
  }

  private static String quoted(String text) {
    return JsonWriter.write(new Json.Text(text));
  }
}
