package org.thermos.mesos;

import java.util.Optional;

/** A release of Mesos. */
record AgentVersion(int major, int minor, int patch) {

  /** The version in what an agent answers to {@code GET /version}, if there is one. */
  static Optional<AgentVersion> parse(String json) {
    String key = "\"version\"";
    for (int at = json.indexOf(key); at >= 0; at = json.indexOf(key, at + 1)) {
      String rest = json.substring(at + key.length()).stripLeading();
      String value = rest.startsWith(":") ? rest.substring(1).stripLeading() : "";
      if (value.startsWith("\"") && value.indexOf('"', 1) > 0) {
        return numbers(value.substring(1, value.indexOf('"', 1)));
      }
    }
    return Optional.empty();
  }

  private static Optional<AgentVersion> numbers(String text) {
    int[] parts = new int[3];
    int part = 0;
    boolean digits = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9' && parts[part] < 100_000) {
        parts[part] = parts[part] * 10 + (c - '0');
        digits = true;
      } else if (c == '.' && digits && part < 2) {
        part++;
        digits = false;
      } else {
        break; // The rest is a suffix such as -rc1.
      }
    }
    return part == 2 && digits
        ? Optional.of(new AgentVersion(parts[0], parts[1], parts[2]))
        : Optional.empty();
  }

  /**
   * Whether an executor with a running task may subscribe a second time without the agent having
   * restarted. Agents of 1.1.0 to 1.4.1 and 1.5.0 fail a check then and crash; mended in 1.4.2,
   * 1.5.1 and 1.6.0.
   */
  boolean survivesSecondSubscription() {
    if (major != 1) {
      return major > 1;
    }
    return minor >= 6 || (minor == 5 && patch >= 1) || (minor == 4 && patch >= 2);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
