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
import org.thermos.process.ProcessIdentity;
import org.thermos.process.Signal;

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
  private final Map<Integer, Order> running = new HashMap<>();

  /** All that have no answer. Guarded by itself, as is {@link #gone}. */
  private final Set<Order> open = new HashSet<>();

  private boolean gone;

  private record Order(CommandSpec spec, CompletableFuture<CommandResult> answer) {}

  /**
   * @param loop has something done on the loop's thread soon; any thread
   */
  BrokerCommands(Broker broker, Consumer<Runnable> loop) {
    this.broker = broker;
    this.loop = loop;
  }

  @Override
  public CompletableFuture<CommandResult> run(CommandSpec spec) {
    Order order = new Order(spec, new CompletableFuture<>());
    synchronized (open) {
      if (gone) {
        return CompletableFuture.completedFuture(GONE);
      }
      open.add(order);
    }
    loop.accept(() -> start(order));
    return order.answer();
  }

  private void start(Order order) {
    if (order.answer().isDone()) {
      answer(order, GONE); // It was cancelled, or the broker is gone indeed.
      return;
    }
    try {
      ProcessIdentity keeper = broker.run(order.spec());
      running.put(keeper.pid(), order);
      CompletableFuture<CommandResult> unused =
          order
              .answer()
              .whenComplete(
                  (result, fault) -> {
                    if (order.answer().isCancelled()) {
                      loop.accept(() -> end(keeper));
                    }
                  });
    } catch (IOException | RuntimeException e) {
      answer(order, new NotRun(Causes.text(e)));
    }
  }

  /** The keeper ends whatever the command started before it ends itself. */
  private void end(ProcessIdentity keeper) {
    if (!running.containsKey(keeper.pid())) {
      return; // It has ended meanwhile.
    }
    try {
      broker.signal(keeper, Signal.TERMINATE);
    } catch (IOException e) {
      // Without its broker a keeper ends by itself.
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
    List<Order> left;
    synchronized (open) {
      gone = true;
      left = List.copyOf(open);
    }
    left.forEach(order -> answer(order, GONE));
  }

  private boolean finish(int keeper, CommandResult result) {
    Order order = running.remove(keeper);
    if (order == null) {
      return false;
    }
    answer(order, result);
    return true;
  }

  private void answer(Order order, CommandResult result) {
    synchronized (open) {
      open.remove(order);
    }
    order.answer().complete(result);
  }
}
