package org.thermos.health;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * A URL of this machine.
 *
 * @param path with its query; begins with a slash
 */
record LoopbackUrl(boolean tls, int port, String path) {

  /**
   * @param endpoint as configured; what no request line can hold is encoded
   */
  static LoopbackUrl of(String scheme, int port, String endpoint) {
    String path = endpoint.startsWith("/") ? endpoint : "/" + endpoint;
    return new LoopbackUrl(scheme.equals("https"), port, encoded(path));
  }

  /** Where a redirect leads; empty if that is not on this machine, or cannot be read. */
  Optional<LoopbackUrl> resolve(String location) {
    try {
      URI target = new URI(toString()).resolve(new URI(encoded(location)));
      String scheme = Optional.ofNullable(target.getScheme()).orElse("").toLowerCase(Locale.ROOT);
      boolean secure = scheme.equals("https");
      if (!(secure || scheme.equals("http")) || !isLoopback(target.getHost())) {
        return Optional.empty();
      }
      int standardPort = secure ? 443 : 80;
      int targetPort = target.getPort() < 0 ? standardPort : target.getPort();
      String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
      String targetPath = target.getRawPath().isEmpty() ? "/" : target.getRawPath();
      return targetPort == 0 || targetPort > 65_535
          ? Optional.empty()
          : Optional.of(new LoopbackUrl(secure, targetPort, targetPath + query));
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** By its name alone: nothing is looked up. */
  private static boolean isLoopback(String host) {
    return host != null
        && (host.equalsIgnoreCase("localhost")
            || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}")
            || host.equals("[::1]"));
  }

  private static String encoded(String text) {
    StringBuilder encoded = new StringBuilder(text.length());
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b < 0x7f) {
        encoded.append((char) b);
      } else {
        encoded.append(String.format("%%%02X", b));
      }
    }
    return encoded.toString();
  }

  @Override
  public String toString() {
    return (tls ? "https" : "http") + "://localhost:" + port + path;
  }
}
