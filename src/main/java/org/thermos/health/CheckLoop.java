package org.thermos.health;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.thermos.log.Log;

/**
 * Goes through the rounds of one definition, on the timer's thread. Any thread may stop it: it then
 * reports nothing more.
 */
final class CheckLoop {
  /** However short an interval is: nothing is asked more often than this. */
  private static final Duration LEAST_PAUSE = Duration.ofMillis(10);

  private final Object lock;
  private final Rounds rounds;
  private final Prober prober;
  private final HelperThreads threads;
  private final LongSupplier nanoTime;
  private final Consumer<HealthReport> reports;
  private final Log log;
  private Optional<ScheduledFuture<?>> next = Optional.empty();
  private Optional<Prober.Running> running = Optional.empty();
  private boolean stopped;

  /**
   * @param lock the same for all loops of a task, held while one reports
   */
  CheckLoop(
      Object lock,
      Rounds rounds,
      Prober prober,
      HelperThreads threads,
      LongSupplier nanoTime,
      Consumer<HealthReport> reports,
      Log log) {
    this.lock = lock;
    this.rounds = rounds;
    this.prober = prober;
    this.threads = threads;
    this.nanoTime = nanoTime;
    this.reports = reports;
    this.log = log;
  }

  void start() {
    synchronized (lock) {
      rounds.started(reports);
      if (!stopped) {
        schedule(rounds.delay());
      }
    }
  }

  void stop() {
    synchronized (lock) {
      stopped = true;
      next.ifPresent(it -> it.cancel(false));
      running.ifPresent(Prober.Running::cancel);
    }
  }

  private void schedule(Duration delay) {
    try {
      next = Optional.of(threads.after(delay, this::round));
    } catch (RejectedExecutionException e) {
      // The service has ended, and with it all checks.
    }
  }

  private void round() {
    synchronized (lock) {
      if (stopped) {
        return;
      }
      Duration began = now();
      try {
        Optional<Probe> probe = rounds.begin(reports);
        if (probe.isPresent()) {
          running = Optional.of(prober.start(probe.get(), seen -> handOver(seen, began)));
        } else {
          goOn();
        }
      } catch (Throwable e) { // A loop that ended would be a task nobody looks after.
        handOver(new Observation.Broken(e.toString()), began);
      }
    }
  }

  /** Any thread, perhaps inside {@link #round}. */
  private void handOver(Observation seen, Duration began) {
    try {
      threads.onTimer(() -> ended(seen, began));
    } catch (RejectedExecutionException e) {
      // As above.
    }
  }

  private void ended(Observation seen, Duration began) {
    synchronized (lock) {
      running = Optional.empty();
      if (stopped) {
        return;
      }
      try {
        rounds.take(seen, now().minus(began), now(), reports);
      } catch (Throwable e) { // As in a round.
        log.error("Cannot judge the health of a task: " + e);
      }
      goOn();
    }
  }

  private void goOn() {
    if (!rounds.isOver() && !stopped) {
      Duration interval = rounds.interval();
      schedule(interval.compareTo(LEAST_PAUSE) < 0 ? LEAST_PAUSE : interval);
    }
  }

  private Duration now() {
    return Duration.ofNanos(nanoTime.getAsLong());
  }
}
