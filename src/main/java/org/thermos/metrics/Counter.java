package org.thermos.metrics;

import java.util.concurrent.atomic.AtomicLong;

/** How often something happened. Any thread. */
public final class Counter implements Metric {
  private final AtomicLong value = new AtomicLong();
  private final Runnable changed;

  Counter(Runnable changed) {
    this.changed = changed;
  }

  public void increment() {
    value.incrementAndGet();
    changed.run();
  }

  public long value() {
    return value.get();
  }

  @Override
  public void write(String name, Labels labels, StringBuilder out) {
    Metric.sample(name, labels, (double) value.get(), out);
  }
}
