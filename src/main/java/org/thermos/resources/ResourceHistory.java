package org.thermos.resources;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The latest samples of a task (health 7.10), the oldest forgotten first. Thread-safe. */
public final class ResourceHistory {
  private static final int LONGEST = 10_000;
  private static final Duration SPAN = Duration.ofHours(1);

  private final int length;
  private final Deque<ResourceSample> samples = new ArrayDeque<>();

  /**
   * Begins with an entry of zeros.
   *
   * @param length how many samples are kept
   * @throws IllegalArgumentException if there are too many
   */
  public ResourceHistory(int length, Instant start) {
    if (length > LONGEST) {
      throw new IllegalArgumentException("Requested history length too large");
    }
    if (length < 1) {
      throw new IllegalArgumentException("unable to keep a history of " + length + " samples");
    }
    this.length = length;
    samples.add(ResourceSample.nothing(start));
  }

  /** An hour's worth of samples. */
  public static ResourceHistory ofAnHour(Duration interval, Instant start) {
    return new ResourceHistory((int) Math.min(SPAN.dividedBy(interval), LONGEST + 1), start);
  }

  /**
   * Adds what is the newest from now on.
   *
   * @throws IllegalArgumentException if there is a later one already
   */
  public synchronized void add(ResourceSample sample) {
    Instant newest = samples.getLast().time();
    if (sample.time().isBefore(newest)) {
      throw new IllegalArgumentException(
          "unable to add a sample of " + sample.time() + ": there is one of " + newest);
    }
    if (samples.size() == length) {
      samples.removeFirst();
    }
    samples.addLast(sample);
  }

  public synchronized ResourceSample newest() {
    return samples.getLast();
  }

  /** The oldest first. */
  public synchronized List<ResourceSample> samples() {
    return List.copyOf(samples);
  }
}
