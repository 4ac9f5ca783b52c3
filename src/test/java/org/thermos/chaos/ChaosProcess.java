package org.thermos.chaos;

import java.util.List;

/**
 * A process of a task under trial.
 *
 * @param after the processes that must have ended well before it starts
 * @param maxFailures as in the task's configuration
 * @param minDurationSeconds as in the task's configuration
 * @param rotates whether its logs are written by its coordinator, which rotates them; it must leave
 *     no child behind then, for its run ends when nobody can write into its logs any more
 * @param body shell commands, after those that keep the ledger
 */
record ChaosProcess(
    String name,
    Kind kind,
    List<String> after,
    int maxFailures,
    int minDurationSeconds,
    boolean rotates,
    String body) {
  /** Its part in the task. */
  enum Kind {
    REGULAR,
    /** Ephemeral, and started again whenever it ends. */
    DAEMON,
    EPHEMERAL,
    FINALIZER
  }

  ChaosProcess {
    after = List.copyOf(after);
  }

  boolean isFinal() {
    return kind == Kind.FINALIZER;
  }

  boolean isEphemeral() {
    return kind == Kind.DAEMON || kind == Kind.EPHEMERAL;
  }
}
