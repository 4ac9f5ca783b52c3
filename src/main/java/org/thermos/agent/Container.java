package org.thermos.agent;

import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** A started executor. */
public interface Container {
  /** Completes with the raw wait status when the executor has ended: exit 7 is 1792, SIGKILL 9. */
  CompletableFuture<Integer> exit();

  /** The process that the agent sees as the executor's, if there is one. */
  default OptionalInt pid() {
    return OptionalInt.empty();
  }

  /** Kills the executor and what belongs to it. May be called again, and after the end. */
  void destroy();
}
