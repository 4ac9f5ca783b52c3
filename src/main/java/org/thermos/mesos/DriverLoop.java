package org.thermos.mesos;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.mesos.Protos.Status;

/**
 * The thread that owns a {@link DriverMachine}: waits, in one place, for an event or the next
 * timer, lets the machine decide, and has done what it asks for.
 */
final class DriverLoop implements Runnable {

  /** Does what the machine asks for, without blocking. */
  interface Hands {
    void perform(Effect effect);

    /** Nothing comes after this. */
    void finish(Status status);
  }

  private final DriverMachine machine;
  private final Hands hands;
  private final Consumer<String> log;
  private final LongSupplier nanoTime;
  private final BlockingQueue<Consumer<DriverMachine>> events = new LinkedBlockingQueue<>();
  private final Map<Timer, Long> timers = new EnumMap<>(Timer.class);

  DriverLoop(DriverMachine machine, Hands hands, Consumer<String> log, LongSupplier nanoTime) {
    this.machine = requireNonNull(machine, "machine is null");
    this.hands = requireNonNull(hands, "hands is null");
    this.log = requireNonNull(log, "log is null");
    this.nanoTime = requireNonNull(nanoTime, "nanoTime is null");
  }

  /**
   * Hands an event to the machine, on the loop's thread, in the order of these calls. Any thread.
   */
  void post(Consumer<DriverMachine> event) {
    events.add(event);
  }

  @Override
  public void run() {
    try {
      while (!performed()) {
        next().accept(machine);
      }
    } catch (InterruptedException e) {
      hands.finish(Status.DRIVER_ABORTED);
    } catch (RuntimeException | Error e) { // Whoever joins the driver must not wait for ever.
      log.accept("Cannot go on driving the executor: " + StackTraces.text(e));
      hands.finish(Status.DRIVER_ABORTED);
    }
  }

  /** Performs what the machine wants done; true if that was the end. */
  private boolean performed() {
    for (Effect effect : machine.effects()) {
      if (effect instanceof Effect.SetTimer set) {
        timers.put(set.timer(), nanoTime.getAsLong() + set.after().toNanos());
      } else if (effect instanceof Effect.ClearTimer clear) {
        timers.remove(clear.timer());
      } else if (effect instanceof Effect.Log line) {
        log.accept(line.line());
      } else if (effect instanceof Effect.Finish finish) {
        hands.finish(finish.status());
        return true;
      } else {
        hands.perform(effect);
      }
    }
    return false;
  }

  private Consumer<DriverMachine> next() throws InterruptedException {
    if (timers.isEmpty()) {
      return events.take();
    }
    Timer first = null;
    long wait = Long.MAX_VALUE;
    long now = nanoTime.getAsLong();
    for (Map.Entry<Timer, Long> timer : timers.entrySet()) {
      if (timer.getValue() - now < wait) {
        first = timer.getKey();
        wait = timer.getValue() - now;
      }
    }
    Consumer<DriverMachine> event = events.poll(wait, TimeUnit.NANOSECONDS);
    if (event != null) {
      return event;
    }
    Timer fired = requireNonNull(first, "first is null");
    timers.remove(fired);
    return owner -> owner.timerFired(fired);
  }
}
