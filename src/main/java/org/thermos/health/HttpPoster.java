package org.thermos.health;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.thermos.http.SocketGuard;
import org.thermos.log.Log;

/** Posts nothing to a task, which is how it is told to stop (executor 6.10). Any thread. */
public final class HttpPoster {
  private static final int FIRST_GOOD = 200;
  private static final int FIRST_OTHER = 300;

  private final HelperThreads threads;
  private final Duration timeout;
  private final Log log;

  HttpPoster(HelperThreads threads, Duration timeout, Log log) {
    this.threads = threads;
    this.timeout = timeout;
    this.log = log;
  }

  /**
   * Posts, and tells once whether the task has taken it: whether it answered with 2xx in time. The
   * original takes any answer for a yes, a 404 as well, and then waits for nothing (gaps 9.3 #44).
   *
   * @param answered is told on another thread, or on this one if the service has ended
   */
  public void post(int port, String endpoint, Consumer<Boolean> answered) {
    LoopbackUrl url = LoopbackUrl.of("http", port, endpoint);
    try {
      threads.execute(timeout, () -> answered.accept(isTaken(url)));
    } catch (RejectedExecutionException e) {
      answered.accept(false);
    }
  }

  private boolean isTaken(LoopbackUrl url) {
    SocketGuard guard = new SocketGuard();
    try {
      int status = threads.within(timeout, guard, it -> LoopbackHttp.post(url, it).status());
      log.info("Posted to " + url + ", which answered with status " + status);
      return status >= FIRST_GOOD && status < FIRST_OTHER;
    } catch (IOException e) {
      String why = guard.isExpired() ? "no answer in time" : e.getMessage();
      log.info("Cannot post to " + url + ": " + why);
      return false;
    } catch (RuntimeException | Error e) {
      log.error("Cannot post to " + url + ": " + e);
      return false;
    }
  }
}
