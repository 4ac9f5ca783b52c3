package org.thermos.plan;

import java.time.Duration;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Which of the processes that could run are held back until their time has come (planner 2.5).
 * Every process passes from closed to open once per run, at the cost of one place in an ordered
 * set.
 */
final class TimeGate {
  private record Closed(Duration due, int process) {}

  private final BitSet open = new BitSet();
  private final TreeSet<Closed> closed =
      new TreeSet<>(Comparator.comparing(Closed::due).thenComparing(Closed::process));

  /** The place of each process in {@link #closed}, or null. */
  private final Closed[] places;

  TimeGate(int size, BitSet runnable) {
    places = new Closed[size];
    open.or(runnable);
  }

  /** Lets a process through that has never ended. */
  void open(int process) {
    open.set(process);
  }

  /** Holds a process back until {@code due}. */
  void close(int process, Duration due) {
    places[process] = new Closed(due, process);
    closed.add(places[process]);
  }

  /** Forgets a process, since it runs. */
  void remove(int process) {
    open.clear(process);
    if (places[process] != null) {
      closed.remove(places[process]);
      places[process] = null;
    }
  }

  /** A live view, not to be changed. */
  BitSet openAt(Duration now) {
    while (!closed.isEmpty() && closed.first().due().compareTo(now) <= 0) {
      Closed due = closed.pollFirst();
      places[due.process()] = null;
      open.set(due.process());
    }
    return open;
  }

  /** Those held back at {@code now}, the next due first. */
  IntStream closedAt(Duration now) {
    openAt(now);
    return closed.stream().mapToInt(Closed::process);
  }

  /** Whether nothing is at the gate, on either side of it. */
  boolean isEmpty() {
    return open.isEmpty() && closed.isEmpty();
  }

  /** When the next of those held back is due. */
  Optional<Duration> nextDue() {
    return closed.isEmpty() ? Optional.empty() : Optional.of(closed.first().due());
  }
}
