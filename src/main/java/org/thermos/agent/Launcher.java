package org.thermos.agent;

import java.io.IOException;

/** Starts executors: as processes, or, in tests, within the JVM. */
@FunctionalInterface
public interface Launcher {
  /**
   * Called on the agent's thread.
   *
   * @throws IOException when the executor cannot be started; the scheduler is told why
   */
  Container launch(Launch launch) throws IOException;
}
