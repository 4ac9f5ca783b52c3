package org.thermos.announce;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Lets a message of one kind through once in a while and counts the others: while no server
 * answers, ZooKeeper's client complains each second. Thread-safe.
 */
final class LogThinner {
  static final Duration INTERVAL = Duration.ofMinutes(5);
  private static final int MOST_KINDS = 100;
  private static final int LONGEST_LINE = 1000;

  private final Consumer<String> out;
  private final LongSupplier nanoTime;
  private final Map<String, Kind> kinds = new HashMap<>();

  private static final class Kind {
    private long shownAt;
    private long hidden;
  }

  LogThinner(Consumer<String> out, LongSupplier nanoTime) {
    this.out = out;
    this.nanoTime = nanoTime;
  }

  /**
   * @param kind what messages that differ in details only have in common
   */
  synchronized void log(String kind, String message) {
    long now = nanoTime.getAsLong();
    Kind known = kinds.get(kind);
    if (known != null && now - known.shownAt < INTERVAL.toNanos()) {
      known.hidden++;
      return;
    }
    long hidden = known == null ? 0 : known.hidden;
    if (kinds.size() >= MOST_KINDS) {
      kinds.clear();
    }
    Kind fresh = new Kind();
    fresh.shownAt = now;
    kinds.put(kind, fresh);
    String line = message.substring(0, Math.min(message.length(), LONGEST_LINE));
    out.accept(hidden == 0 ? line : line + " (and " + hidden + " times since it was last said)");
  }
}
