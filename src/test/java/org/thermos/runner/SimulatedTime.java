package org.thermos.runner;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.stream.Collectors;

/** The time of a simulated world, in microseconds since its beginning: what happens, and when. */
public final class SimulatedTime {
  private static final long MOST_EVENTS = 300_000;

  private record Scheduled(long micros, long order, Runnable action)
      implements Comparable<Scheduled> {
    @Override
    public int compareTo(Scheduled other) {
      return micros != other.micros
          ? Long.compare(micros, other.micros)
          : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Scheduled> queue = new PriorityQueue<>();
  private final boolean traced;
  private long order;
  private long micros;
  private long events;

  /**
   * @param traced whether everything that happens is printed
   */
  public SimulatedTime(boolean traced) {
    this.traced = traced;
  }

  public long micros() {
    return micros;
  }

  public void in(long delayMicros, Runnable action) {
    queue.add(new Scheduled(micros + Math.max(0, delayMicros), order++, action));
  }

  /** Lets the next thing happen, whenever it does. */
  public void step() {
    if (!step(Long.MAX_VALUE)) {
      throw new Violation("every task ends", "nothing will ever happen again");
    }
  }

  /** Lets the next thing happen if it does by then; otherwise it is then, and false. */
  public boolean step(long until) {
    Scheduled next = queue.peek();
    if (next == null || next.micros > until) {
      micros = until;
      return false;
    }
    if (++events > MOST_EVENTS) {
      throw new Violation("every task ends", "it goes on and on");
    }
    queue.poll();
    micros = next.micros;
    next.action.run();
    return true;
  }

  /** One line of what happens, when a single seed is replayed. */
  public void trace(Object who, Object... what) {
    if (traced) {
      System.out.printf(
          "%12.6f %s: %s%n",
          micros / 1e6,
          who,
          Arrays.stream(what).map(Object::toString).collect(Collectors.joining(" ")));
    }
  }
}
