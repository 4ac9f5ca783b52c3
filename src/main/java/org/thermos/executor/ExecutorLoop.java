package org.thermos.executor;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.thermos.executor.ExecutorEvent.TimerFired;
import org.thermos.process.Broker;
import org.thermos.process.BrokerEvent;
import org.thermos.process.BrokerEvent.Echoed;

/**
 * The one thread that owns the machine, the broker and the runner, and the one place where it
 * waits: for the agent (through the inbox), the runner, its checkpoint and the time.
 */
final class ExecutorLoop {
  private final Broker broker;
  private final Inbox inbox;
  private final ExecutorMachine machine;
  private final ExecutorHands hands;
  private final LongSupplier nanoTime;
  private final Queue<ExecutorEvent> events = new ArrayDeque<>();
  private Optional<Duration> wakeAt = Optional.empty();

  /**
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  ExecutorLoop(
      Broker broker,
      Inbox inbox,
      ExecutorMachine machine,
      ExecutorHands hands,
      LongSupplier nanoTime) {
    this.broker = broker;
    this.inbox = inbox;
    this.machine = machine;
    this.hands = hands;
    this.nanoTime = nanoTime;
  }

  /**
   * Runs the executor to its end; the driver has then been told to stop.
   *
   * @throws IOException if the broker is gone, and with it every means to run a task
   */
  ExecutorExit run() throws IOException {
    carryOut(machine.start(now()));
    while (hands.exit().isEmpty()) {
      take(broker.next());
      for (ExecutorEvent event = events.poll(); event != null; event = events.poll()) {
        carryOut(machine.handle(event, now()));
      }
    }
    return hands.exit().get();
  }

  private void take(BrokerEvent event) throws IOException {
    if (event instanceof Echoed) {
      events.addAll(inbox.take());
    } else if (event instanceof BrokerEvent.TimerFired) {
      wakeAt = Optional.empty(); // Spent: the same time may have to be asked for again.
      events.add(new TimerFired());
    } else if (event instanceof BrokerEvent.Closed) {
      throw new IOException("the broker is gone");
    } else {
      events.addAll(hands.take(event));
    }
  }

  private void carryOut(Decision decision) throws IOException {
    for (ExecutorEffect effect : decision.effects()) {
      events.addAll(hands.perform(effect));
    }
    if (!decision.wakeAt().equals(wakeAt)) {
      wakeAt = decision.wakeAt();
      if (wakeAt.isPresent()) {
        broker.wakeAfter(wakeAt.get().minus(now()));
      } else {
        broker.cancelWake();
      }
    }
  }

  private Duration now() {
    return Duration.ofNanos(nanoTime.getAsLong());
  }
}
