package org.thermos.health;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One thread that keeps the time, and some that wait for tasks to answer, which exist only while
 * they do.
 */
final class HelperThreads {
  /** More requests than these wait their turn; their own time starts with it. */
  private static final int MOST_WAITING = 32;

  private static final long LINGER_MILLIS = 200;

  private final ScheduledThreadPoolExecutor timer;
  private final ThreadPoolExecutor waiting;

  HelperThreads() {
    timer = new ScheduledThreadPoolExecutor(1, named("health-timer"));
    timer.setRemoveOnCancelPolicy(true);
    waiting =
        new ThreadPoolExecutor(
            MOST_WAITING,
            MOST_WAITING,
            LINGER_MILLIS,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            named("health-probe"));
    waiting.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs a job on the timer's thread, which must not wait for anything.
   *
   * @throws RejectedExecutionException after the end
   */
  ScheduledFuture<?> after(Duration delay, Runnable job) {
    return timer.schedule(job, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Runs a job that may wait.
   *
   * @throws RejectedExecutionException after the end
   */
  void execute(Runnable job) {
    waiting.execute(job);
  }

  void end() {
    timer.shutdownNow();
    waiting.shutdownNow();
  }

  private static ThreadFactory named(String name) {
    ThreadFactory factory = Executors.defaultThreadFactory();
    return job -> {
      Thread thread = factory.newThread(job);
      thread.setName(name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
