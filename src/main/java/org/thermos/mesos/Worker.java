package org.thermos.mesos;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A daemon thread with a name that does one job after another. */
final class Worker {

  private final ExecutorService thread;

  Worker(String name) {
    this.thread =
        Executors.newSingleThreadExecutor(
            job -> {
              Thread t = new Thread(job, name);
              t.setDaemon(true);
              return t;
            });
  }

  /** Does the job after those before it. Any thread, but not after the end. */
  void perform(Runnable job) {
    thread.execute(job);
  }

  /** Ends the thread after all jobs it was given. */
  void endAfterJobs() {
    thread.shutdown();
  }

  /** Ends the thread: interrupts the job at hand and forgets those that wait. */
  void endNow() {
    thread.shutdownNow();
  }
}
