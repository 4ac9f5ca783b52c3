package org.thermos.executor;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.config.Resources;
import org.thermos.resources.ProcessSample;
import org.thermos.resources.ResourceLimits;
import org.thermos.resources.ResourceSample;
import org.thermos.resources.ResourceSampler;
import org.thermos.resources.ResourceSampler.Look;
import org.thermos.resources.ResourceUsage;

/**
 * What a task uses (health 7.10), measured when somebody asks. Any thread.
 *
 * <p>What is asked for within a second of a measurement is taken from it: several metrics come of
 * one.
 */
final class TaskUsage {
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  private final LongSupplier nanoTime;
  private final ResourceSampler sampler = new ResourceSampler();

  /** Pids of what runs, by process. */
  private final Map<String, Integer> running = new HashMap<>();

  private ResourceLimits limits = new ResourceLimits(0, 0, 0);
  private long diskBytes;
  private Look last = new Look(ResourceSample.nothing(Instant.EPOCH), Map.of());
  private long measuredAt;

  /**
   * Nothing is measured yet.
   *
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  TaskUsage(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.measuredAt = nanoTime.getAsLong() - FRESH_NANOS;
  }

  synchronized void limits(Resources resources) {
    limits = new ResourceLimits(resources.cpu(), resources.ram(), resources.disk());
  }

  /** A run changed its state. */
  synchronized void recorded(ProcessStatus status) {
    if (status.state() == ProcessState.RUNNING && status.pid().isPresent()) {
      running.put(status.process(), status.pid().getAsInt());
    } else {
      running.remove(status.process());
    }
  }

  synchronized void disk(long bytes) {
    diskBytes = bytes;
  }

  /**
   * A value of the whole task; NaN if it cannot be measured.
   *
   * @param name as in {@link ResourceUsage#metrics}
   */
  synchronized double metric(String name) {
    return measure()
        ? new ResourceUsage(limits, last.together().withDisk(diskBytes)).metrics().get(name)
        : Double.NaN;
  }

  /** A value of a process, with all that it started; NaN while it does not run. */
  synchronized double metric(String process, ToDoubleFunction<ProcessSample> value) {
    Integer pid = running.get(process);
    return pid != null && measure() && last.each().containsKey(pid)
        ? value.applyAsDouble(last.each().get(pid))
        : Double.NaN;
  }

  private boolean measure() {
    long now = nanoTime.getAsLong();
    if (now - measuredAt >= FRESH_NANOS) {
      try {
        last = sampler.look(Set.copyOf(running.values()));
      } catch (IOException e) {
        return false;
      }
      measuredAt = now;
    }
    return true;
  }
}
