package org.thermos.agent;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.Executor;
import org.thermos.mesos.EnvironmentException;
import org.thermos.mesos.HttpExecutorDriver;
import org.thermos.mesos.MesosEnvironment;

/** Runs an executor and its driver within the test, with the environment it would be given. */
final class InJvmLauncher implements Launcher {
  private static final int SIGKILL = 9;

  private final Executor executor;
  private volatile HttpExecutorDriver driver;

  InJvmLauncher(Executor executor) {
    this.executor = executor;
  }

  HttpExecutorDriver driver() {
    return driver;
  }

  @Override
  public Container launch(Launch launch) throws IOException {
    CompletableFuture<Integer> exit = new CompletableFuture<>();
    try {
      MesosEnvironment environment = MesosEnvironment.parse(launch.environment());
      HttpExecutorDriver started = new HttpExecutorDriver(executor, environment, line -> {});
      started.start();
      driver = started;
    } catch (EnvironmentException e) {
      throw new IOException("Cannot start a driver: " + e.getMessage(), e);
    }
    Thread end =
        new Thread(
            () -> {
              driver.join();
              exit.complete(0);
            },
            "executor-end");
    end.setDaemon(true);
    end.start();
    return new Container() {
      @Override
      public CompletableFuture<Integer> exit() {
        return exit;
      }

      @Override
      public void destroy() {
        driver.abort();
        exit.complete(SIGKILL);
      }
    };
  }
}
