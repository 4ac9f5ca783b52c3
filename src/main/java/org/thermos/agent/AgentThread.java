package org.thermos.agent;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** The one thread that owns the agent's state. What is cancelled on it does not run any more. */
final class AgentThread implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(AgentThread.class);

  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(
          1,
          work -> {
            Thread created = new Thread(work, "agent");
            created.setDaemon(true);
            thread = created;
            return created;
          });
  private volatile Thread thread;

  AgentThread() {
    executor.setRemoveOnCancelPolicy(true);
  }

  /**
   * Runs the work on the agent's thread and waits for it; at once when called on it.
   *
   * @throws IllegalStateException when the agent is closed
   */
  <T> T call(Callable<T> work) {
    try {
      return Thread.currentThread() == thread ? work.call() : executor.submit(work).get();
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("Cannot ask the agent: it is closed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the agent", e);
    } catch (Exception e) {
      throw rethrown(e);
    }
  }

  /** Runs the work on the agent's thread, some time soon; never when the agent is closed. */
  void post(Runnable work) {
    var unused = schedule(work, Duration.ZERO);
  }

  Future<?> schedule(Runnable work, Duration after) {
    try {
      return executor.schedule(logged(work), after.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("The agent is closed; nothing is scheduled any more");
      return CompletableFuture.completedFuture(null);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }

  private static Runnable logged(Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (RuntimeException e) {
        LOG.error("Cannot finish what the agent was to do", e);
      }
    };
  }

  private static RuntimeException rethrown(Throwable cause) {
    if (cause instanceof RuntimeException e) {
      return e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
    return new IllegalStateException(cause);
  }
}
