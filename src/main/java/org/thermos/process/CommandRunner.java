package org.thermos.process;

import java.util.concurrent.CompletableFuture;

/** Runs short programs. Any thread. */
public interface CommandRunner {

  /**
   * Starts one, and tells later how it ended: never exceptionally.
   *
   * <p>Nothing that it started is left when the future completes. Whoever cancels the future ends
   * the program and what it started, soon after.
   */
  CompletableFuture<CommandResult> run(CommandSpec spec);
}
