package org.thermos.chaos;

import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/**
 * A disturbance that was dealt.
 *
 * @param victims pids of what was killed or frozen
 */
record Blow(Kind kind, Instant time, Set<Integer> victims) {
  /** Its kinds, by how often each is chosen. */
  enum Kind {
    RUNNER(30),
    RUNNERS_BROKER(12),
    COORDINATOR(30),
    RUNNER_AND_COORDINATOR(12),
    EXECUTOR(2),
    AGENT(2),
    FROZEN_RUNNER(5),
    CUT_STREAM(5),
    SCHEDULERS_KILL(2);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }

    int weight() {
      return weight;
    }

    /** Whether something dies by it, unlike by a request or a delay. */
    boolean isKill() {
      return this != FROZEN_RUNNER && this != CUT_STREAM && this != SCHEDULERS_KILL;
    }

    /** Whether the task's runner dies by it. */
    boolean killsRunner() {
      return this == RUNNER || this == RUNNERS_BROKER || this == RUNNER_AND_COORDINATOR;
    }

    boolean killsCoordinator() {
      return this == COORDINATOR || this == RUNNER_AND_COORDINATOR;
    }

    String words() {
      return name()
          .toLowerCase(Locale.ROOT)
          .replace("runners_", "runner's ")
          .replace('_', ' ')
          .replace("schedulers", "scheduler's");
    }
  }

  Blow {
    victims = Set.copyOf(victims);
  }
}
