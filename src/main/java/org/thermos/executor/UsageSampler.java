package org.thermos.executor;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.thermos.resources.ProcessSample;
import org.thermos.resources.ResourceSampler;

/**
 * What runs in all tasks of an executor, measured when somebody asks, by one pass over /proc for
 * all of them: with hundreds of tasks a pass for each would take minutes. Any thread; whoever adds
 * and removes does not wait for a measurement.
 */
final class UsageSampler {
  /** All metrics that are read together come of one measurement. */
  private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();

  private final LongSupplier nanoTime;
  private final ResourceSampler sampler = new ResourceSampler();
  private final Set<Integer> roots = ConcurrentHashMap.newKeySet();
  private Map<Integer, ProcessSample> last = Map.of();
  private long measuredAt;

  /**
   * Nothing is measured yet.
   *
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  UsageSampler(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.measuredAt = nanoTime.getAsLong() - FRESH_NANOS;
  }

  void add(int pid) {
    roots.add(pid);
  }

  void remove(int pid) {
    roots.remove(pid);
  }

  /** By pid, what each uses with all that it started; at most five seconds old. */
  synchronized Map<Integer, ProcessSample> samples() throws IOException {
    long now = nanoTime.getAsLong();
    if (now - measuredAt >= FRESH_NANOS) {
      last = sampler.look(Set.copyOf(roots)).each();
      measuredAt = nanoTime.getAsLong();
    }
    return last;
  }
}
