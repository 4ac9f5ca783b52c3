package org.thermos.config;

import java.time.Duration;
import java.util.List;

/** How a task is told to stop before it is killed (executor 6.10). */
public sealed interface Lifecycle {

  /**
   * Not at all.
   *
   * @param why for the log
   */
  record Unmanaged(String why) implements Lifecycle {}

  /**
   * By POSTs on this machine.
   *
   * @param escalation one after the other, while the task runs on
   */
  record Http(int port, List<Step> escalation) implements Lifecycle {
    public Http {
      escalation = List.copyOf(escalation);
    }
  }

  /**
   * One POST.
   *
   * @param grace how long the task may take to stop after it
   */
  record Step(String endpoint, Duration grace) {}
}
