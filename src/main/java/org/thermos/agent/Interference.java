package org.thermos.agent;

import java.util.function.Consumer;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.executor.Protos.Event;

/**
 * What real agents do to executors on bad days, and tests on purpose. Thread-safe; see {@link
 * EmbeddedAgent#interfere}.
 */
public final class Interference {
  /** Gets work done on an executor, if there is one of that id. */
  interface Slots {
    void onSlot(ExecutorID executor, Consumer<ExecutorSlot> work);

    LaunchedExecutor standBy(ExecutorInfo executor);
  }

  private final Slots slots;

  Interference(Slots slots) {
    this.slots = slots;
  }

  /**
   * Starts an executor without a task. Once it has subscribed, tests decide what comes first.
   *
   * @throws IllegalStateException when the agent is not running, or full
   */
  public LaunchedExecutor standBy(ExecutorInfo executor) {
    return slots.standBy(executor);
  }

  /** Sends an event that is none of the agent's own; lost if the executor is not connected. */
  public void inject(ExecutorID executor, Event event) {
    slots.onSlot(executor, slot -> slot.send(event));
  }

  /** Acknowledges the executor's updates in another way from now on. */
  public void acknowledge(ExecutorID executor, Acknowledging how) {
    slots.onSlot(executor, slot -> slot.acknowledge(how));
  }

  /**
   * Ends the executor's stream and takes it for one that has not subscribed: until it does, what it
   * says is answered 403.
   */
  public void unsubscribe(ExecutorID executor) {
    slots.onSlot(executor, slot -> slot.perform(slot.machine().unsubscribed()));
  }

  /** The same, but its subscriptions too are answered 403, for ever. */
  public void ban(ExecutorID executor) {
    slots.onSlot(
        executor,
        slot -> {
          slot.ban();
          slot.perform(slot.machine().unsubscribed());
        });
  }
}
