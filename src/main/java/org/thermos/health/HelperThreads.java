package org.thermos.health;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.thermos.http.SocketGuard;
import org.thermos.log.TimerThread;

/**
 * One thread that keeps the time, and some that wait for tasks to answer, which exist only while
 * they do.
 */
final class HelperThreads {
  /** More requests than these wait their turn; their own time starts with it. */
  private static final int MOST_WAITING = 32;

  /** What may take longer has a thread of its own: nobody is to wait for his turn behind it. */
  private static final Duration LONGEST_TURN = Duration.ofMinutes(10);

  private static final long LINGER_MILLIS = 200;

  private final TimerThread timer;
  private final ThreadFactory factory = named("health-probe");
  private final ThreadPoolExecutor waiting;
  private final Set<SocketGuard> guards = ConcurrentHashMap.newKeySet();

  /** What a thread asks of a task. */
  interface Question<T> {
    T ask(SocketGuard guard) throws IOException;
  }

  HelperThreads() {
    timer = new TimerThread("health-timer");
    waiting =
        new ThreadPoolExecutor(
            MOST_WAITING,
            MOST_WAITING,
            LINGER_MILLIS,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            factory);
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

  /** The same, as soon as may be. */
  void onTimer(Runnable job) {
    timer.execute(job);
  }

  /**
   * Runs a job that may wait.
   *
   * @param atMost how long it can take
   * @throws RejectedExecutionException after the end
   */
  void execute(Duration atMost, Runnable job) {
    if (atMost.compareTo(LONGEST_TURN) <= 0 || waiting.isShutdown()) {
      waiting.execute(job);
    } else {
      factory.newThread(job).start();
    }
  }

  /**
   * Asks on the calling thread, which has an answer or an exception once the time is up.
   *
   * @throws RejectedExecutionException after the end
   */
  <T> T within(Duration timeout, SocketGuard guard, Question<T> question) throws IOException {
    guards.add(guard);
    try (guard) {
      ScheduledFuture<?> deadline = after(timeout, guard::expire);
      try {
        return question.ask(guard);
      } finally {
        deadline.cancel(false);
      }
    } finally {
      guards.remove(guard);
    }
  }

  /** Ends the threads, and whatever they wait for. */
  void end() {
    timer.shutdownNow();
    waiting.shutdownNow();
    guards.forEach(SocketGuard::close);
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
