package org.thermos.executor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.thermos.process.Broker;

/** What other threads have for the loop's: events, and things to do. */
final class Inbox {
  private final Queue<ExecutorEvent> events = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> jobs = new ConcurrentLinkedQueue<>();
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
    wake();
  }

  /** Has something done on the loop's thread. Any thread. */
  void perform(Runnable job) {
    jobs.add(job);
    wake();
  }

  private void wake() {
    try {
      broker.echo(0);
    } catch (IOException e) {
      // The broker is gone, which wakes the loop as well.
    }
  }

  /** Does what is to be done, and returns what has happened. The loop's thread. */
  List<ExecutorEvent> take() {
    for (Runnable job = jobs.poll(); job != null; job = jobs.poll()) {
      job.run();
    }
    List<ExecutorEvent> taken = new ArrayList<>();
    for (ExecutorEvent event = events.poll(); event != null; event = events.poll()) {
      taken.add(event);
    }
    return taken;
  }
}
