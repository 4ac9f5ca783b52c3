package org.thermos.mesos;

import java.util.Optional;

/** A release of Mesos. */
record AgentVersion(int major, int minor, int patch) {

  /** The version in what an agent answers to {@code GET /version}, if there is one. */
  static Optional<AgentVersion> parse(String json) {
    String key = "\"version\"";
    int from = json.indexOf(key);
    int open = from < 0 ? -1 : json.indexOf('"', from + key.length());
    int close = open < 0 ? -1 : json.indexOf('"', open + 1);
    if (close < 0 || !json.substring(from + key.length(), open).strip().equals(":")) {
      return Optional.empty();
    }
    int[] parts = new int[3];
    int part = 0;
    boolean digits = false;
    for (char c : json.substring(open + 1, close).toCharArray()) {
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
