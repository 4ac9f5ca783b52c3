package org.thermos.metrics;

import java.time.Duration;

/** How long something takes: a histogram in seconds. Any thread. */
public final class Latency implements Metric {
  private static final double[] BOUNDS = {0.005, 0.025, 0.1, 0.5, 1, 5, 30};

  private final long[] buckets = new long[BOUNDS.length + 1];
  private final Runnable changed;
  private double sum;

  Latency(Runnable changed) {
    this.changed = changed;
  }

  public void record(Duration duration) {
    double seconds = duration.toNanos() / 1e9;
    int bucket = 0;
    while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]) {
      bucket++;
    }
    synchronized (this) {
      buckets[bucket]++;
      sum += seconds;
    }
    changed.run();
  }

  @Override
  public synchronized void write(String name, Labels labels, StringBuilder out) {
    long count = 0;
    for (int i = 0; i < buckets.length; i++) {
      count += buckets[i];
      String bound = i < BOUNDS.length ? bound(BOUNDS[i]) : "+Inf";
      Metric.sample(name + "_bucket", labels.with("le", bound), (double) count, out);
    }
    Metric.sample(name + "_sum", labels, sum, out);
    Metric.sample(name + "_count", labels, (double) count, out);
  }

  private static String bound(double seconds) {
    return Double.toString(seconds);
  }
}
