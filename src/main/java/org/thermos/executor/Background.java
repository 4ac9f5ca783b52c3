package org.thermos.executor;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads for what may take long: sandboxes, and asking tasks over HTTP to end. */
final class Background {
  /** A sandbox that hangs must not keep others waiting; a burst of tasks must not cost a crowd. */
  private static final int THREADS = 8;

  private Background() {}

  /** Of no cost while there is nothing to do; none keeps the JVM alive. */
  static ExecutorService start() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            job -> {
              Thread thread = new Thread(job, "thermos-background");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}
