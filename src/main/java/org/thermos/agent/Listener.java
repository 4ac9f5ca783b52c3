package org.thermos.agent;

import org.apache.mesos.Protos.ExecutorID;

/**
 * The scheduler's side. Called on the agent's thread, one call at a time: it must not block, and
 * may call the agent.
 */
@FunctionalInterface
public interface Listener {
  /** Updates of a task come in order, each after the one before was acknowledged. */
  void updated(StatusUpdate update);

  /**
   * The executor subscribed, for the first time or again. A scheduler on a cluster is not told; it
   * is for those who need to know when the executor can be reached.
   */
  default void executorSubscribed(ExecutorID executor) {}

  /** The executor sent a message. */
  default void messageReceived(ExecutorID executor, byte[] data) {}

  /**
   * The executor ended.
   *
   * @param waitStatus raw: exit 7 is 1792, SIGKILL is 9
   */
  default void executorEnded(ExecutorID executor, int waitStatus) {}
}
