package org.thermos.agent;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Starts nothing: tests play the executor, and say when it ends. */
final class FakeLauncher implements Launcher {
  private static final int SIGKILL = 9;

  /** An executor that dies when it is killed, or takes so long for it as the test wants. */
  record FakeContainer(
      Launch launch, CompletableFuture<Integer> exit, CompletableFuture<Void> killed, boolean holds)
      implements Container {
    @Override
    public void destroy() {
      killed.complete(null);
      if (!holds) {
        exit.complete(SIGKILL);
      }
    }

    FakeContainer awaitKill() throws Exception {
      killed.get(20, TimeUnit.SECONDS);
      return this;
    }
  }

  private final BlockingQueue<FakeContainer> containers = new LinkedBlockingQueue<>();
  private volatile boolean holdsEnds;

  /** From now on executors that are killed are not dead until the test says so. */
  void holdEnds() {
    holdsEnds = true;
  }

  @Override
  public Container launch(Launch launch) {
    FakeContainer container =
        new FakeContainer(launch, new CompletableFuture<>(), new CompletableFuture<>(), holdsEnds);
    containers.add(container);
    return container;
  }

  /** The next container that was launched. */
  FakeContainer next() throws InterruptedException {
    FakeContainer container = containers.poll(10, TimeUnit.SECONDS);
    if (container == null) {
      throw new AssertionError("Nothing was launched");
    }
    return container;
  }
}
