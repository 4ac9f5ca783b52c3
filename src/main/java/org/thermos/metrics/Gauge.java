package org.thermos.metrics;

import java.util.function.DoubleSupplier;

/** A value that is asked for when somebody looks, on that thread; NaN, or failing, is no sample. */
record Gauge(DoubleSupplier value) implements Metric {
  @Override
  public void write(String name, Labels labels, StringBuilder out) {
    double now = Double.NaN;
    try {
      now = value.getAsDouble();
    } catch (RuntimeException e) {
      // One value that cannot be had must not hide the others.
    }
    if (!Double.isNaN(now)) {
      Metric.sample(name, labels, now, out);
    }
  }
}
