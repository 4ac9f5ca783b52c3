package org.thermos.executor;

import java.io.IOException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.thermos.process.Broker;

/** Events from other threads than the loop's. */
final class Inbox {
  private final Queue<ExecutorEvent> events = new ConcurrentLinkedQueue<>();
  private final Broker broker;

  /**
   * @param broker at which the loop waits
   */
  Inbox(Broker broker) {
    this.broker = broker;
  }

  /** Any thread. */
  void post(ExecutorEvent event) {
    events.add(event);
    try {
      broker.echo(0);
    } catch (IOException e) {
      // The broker is gone, which wakes the loop as well.
    }
  }

  /** The loop's thread. */
  Optional<ExecutorEvent> poll() {
    return Optional.ofNullable(events.poll());
  }
}
