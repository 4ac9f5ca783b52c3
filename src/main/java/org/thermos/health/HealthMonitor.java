package org.thermos.health;

import java.util.List;
import java.util.Optional;

/**
 * The checks of one task, made by {@link HealthService#monitor}. Any thread.
 *
 * <p>Reports come one after the other per definition, on the service's timer thread; the first one,
 * of where Thermos' check sees the task now, before {@link #start} returns, on its thread. Whoever
 * takes them must not wait for anything; it may stop the monitor.
 */
public final class HealthMonitor {
  private final Object lock;
  private final List<CheckLoop> loops;
  private final Optional<ThermosRounds> thermos;
  private final Runnable unchecked;
  private boolean started;
  private boolean stopped;

  /**
   * @param lock that of the loops
   * @param unchecked reports a task that Thermos has no check for
   */
  HealthMonitor(
      Object lock, List<CheckLoop> loops, Optional<ThermosRounds> thermos, Runnable unchecked) {
    this.lock = lock;
    this.loops = List.copyOf(loops);
    this.thermos = thermos;
    this.unchecked = unchecked;
  }

  /** Starts checking, once. */
  public void start() {
    synchronized (lock) {
      if (started || stopped) {
        return;
      }
      started = true;
      if (thermos.isEmpty()) {
        unchecked.run();
      }
      for (CheckLoop loop : loops) {
        if (!stopped) {
          loop.start();
        }
      }
    }
  }

  /** Ends what is under way. Nothing is reported once this has returned; more stops do nothing. */
  public void stop() {
    synchronized (lock) {
      stopped = true;
      loops.forEach(CheckLoop::stop);
    }
  }

  /** Empty where Thermos has no check. */
  public Optional<HealthMetrics> metrics() {
    return thermos.map(ThermosRounds::metrics);
  }
}
