package org.thermos.agent;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Starts nothing: tests play the executor, and say when it ends. */
final class FakeLauncher implements Launcher {
  private static final int SIGKILL = 9;

  /** An executor that dies when it is killed. */
  record FakeContainer(Launch launch, CompletableFuture<Integer> exit) implements Container {
    @Override
    public void destroy() {
      exit.complete(SIGKILL);
    }
  }

  private final BlockingQueue<FakeContainer> containers = new LinkedBlockingQueue<>();

  @Override
  public Container launch(Launch launch) {
    FakeContainer container = new FakeContainer(launch, new CompletableFuture<>());
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
