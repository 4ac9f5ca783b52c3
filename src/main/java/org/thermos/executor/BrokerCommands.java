package org.thermos.executor;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.thermos.process.Broker;
import org.thermos.process.BrokerEvent;
import org.thermos.process.BrokerEvent.CommandEnded;
import org.thermos.process.BrokerEvent.Exited;
import org.thermos.process.CommandResult;
import org.thermos.process.CommandResult.NotRun;
import org.thermos.process.CommandRunner;
import org.thermos.process.CommandSpec;

/**
 * Runs short programs through the loop's broker: no thread each, and independent of the JDK's own
 * helper for starting processes, which an upgrade of the JDK breaks for JVMs that run.
 *
 * <p>Futures complete on the loop's thread: what depends on them must be short, and must not wait.
 */
final class BrokerCommands implements CommandRunner {
  private static final NotRun GONE = new NotRun("the executor's broker is gone");

  private final Broker broker;
  private final Consumer<Runnable> loop;

  /** By the pid of their keeper. The loop's thread only. */
  private final Map<Integer, CompletableFuture<CommandResult>> running = new HashMap<>();

  /** All that are not complete. Guarded by itself, as is {@link #gone}. */
  private final Set<CompletableFuture<CommandResult>> open = new HashSet<>();

  private boolean gone;

  /**
   * @param loop has something done on the loop's thread soon; any thread
   */
  BrokerCommands(Broker broker, Consumer<Runnable> loop) {
    this.broker = broker;
    this.loop = loop;
  }

  @Override
  public CompletableFuture<CommandResult> run(CommandSpec spec) {
    CompletableFuture<CommandResult> future = new CompletableFuture<>();
    synchronized (open) {
      if (gone) {
        return CompletableFuture.completedFuture(GONE);
      }
      open.add(future);
    }
    loop.accept(() -> start(spec, future));
    return future;
  }

  private void start(CommandSpec spec, CompletableFuture<CommandResult> future) {
    if (future.isDone()) {
      return;
    }
    try {
      running.put(broker.run(spec).pid(), future);
    } catch (IOException | RuntimeException e) {
      complete(future, new NotRun(Causes.text(e)));
    }
  }

  /**
   * Takes an event of the broker. The loop's thread.
   *
   * @return whether it was about a command, and so nobody else's
   */
  boolean take(BrokerEvent event) {
    if (event instanceof CommandEnded ended) {
      finish(ended.keeper(), ended.result());
      return true;
    }
    if (event instanceof Exited exited) {
      // Without a result before it: somebody killed the keeper.
      return finish(
          exited.pid(), new NotRun("what was to look after it ended with " + exited.status()));
    }
    if (event instanceof BrokerEvent.Closed) {
      close();
    }
    return false;
  }

  /** Whatever is open or asked for later is not run. Any thread; for the end of the loop. */
  void close() {
    List<CompletableFuture<CommandResult>> left;
    synchronized (open) {
      gone = true;
      left = List.copyOf(open);
    }
    left.forEach(future -> complete(future, GONE));
  }

  private boolean finish(int keeper, CommandResult result) {
    CompletableFuture<CommandResult> future = running.remove(keeper);
    if (future == null) {
      return false;
    }
    complete(future, result);
    return true;
  }

  private void complete(CompletableFuture<CommandResult> future, CommandResult result) {
    synchronized (open) {
      open.remove(future);
    }
    future.complete(result);
  }
}
