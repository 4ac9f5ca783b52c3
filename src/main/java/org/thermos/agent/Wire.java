package org.thermos.agent;

import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;

/**
 * Sees what agent and executors say to each other when it is said, for measurements. Called on the
 * threads of the connections: it must be thread-safe and quick. Times are readings of {@link
 * System#nanoTime}.
 */
public interface Wire {
  /** An executor's well-formed call is here; it may still be refused. */
  default void received(Call call, long nanoTime) {}

  /** An event was written to its executor. */
  default void sent(Event event, long nanoTime) {}
}
