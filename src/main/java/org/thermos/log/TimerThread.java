package org.thermos.log;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * One daemon thread that does things, some of them later. What they throw reaches the thread's
 * handler of uncaught exceptions: nothing goes wrong in silence.
 */
public final class TimerThread extends ScheduledThreadPoolExecutor {

  /** The thread begins with the first job. */
  public TimerThread(String name) {
    super(
        1,
        job -> {
          Thread thread = new Thread(job, name);
          thread.setDaemon(true);
          return thread;
        });
    setRemoveOnCancelPolicy(true);
  }

  @Override
  protected void afterExecute(Runnable job, Throwable thrown) {
    super.afterExecute(job, thrown);
    // The superclass makes a future of everything, and keeps in it what was thrown.
    if (thrown == null && job instanceof Future<?> future && future.isDone()) {
      fault(future);
    }
  }

  private static void fault(Future<?> future) {
    try {
      if (!future.isCancelled()) {
        future.get();
      }
    } catch (ExecutionException e) {
      Thread self = Thread.currentThread();
      self.getUncaughtExceptionHandler().uncaughtException(self, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
