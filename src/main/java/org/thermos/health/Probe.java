package org.thermos.health;

import java.time.Duration;
import org.thermos.process.CommandSpec;

/** One look at a task. */
sealed interface Probe {
  Duration timeout();

  /**
   * A GET.
   *
   * @param url of this machine
   */
  record Http(LoopbackUrl url, Duration timeout) implements Probe {}

  /** A connection. */
  record Tcp(int port, Duration timeout) implements Probe {}

  /** A command. */
  record Command(CommandSpec spec) implements Probe {
    @Override
    public Duration timeout() {
      return spec.timeout();
    }

    @Override
    public String toString() {
      return "Command";
    }
  }
}
