package org.thermos.announce;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A task that is announced, or is going to be. Thread-safe; nothing here blocks. */
public interface AnnouncedTask {
  /** What matters if announcements are gated on health; a task is unhealthy to begin with. */
  void setHealthy(boolean healthy);

  /**
   * Has the task announced no more, whatever is under way. The first thing to do when a task is to
   * end. May be called again: the nearest limit holds.
   *
   * @param limit until when to wait at most; the attempts go on
   * @return completed when there is no node, or it is known that there may be one left
   */
  CompletableFuture<Withdrawal> withdraw(Duration limit);

  /** For how long the task has not been announced though it should be (health 7.8); else zero. */
  Duration disconnectedTime();
}
