package org.thermos.executor;

import org.junit.jupiter.api.Test;
import org.thermos.Soak;

/** Lives thousands of executors in a simulated world, each with a real task machine below it. */
class ExecutorSimulationTest {
  @Test
  void anExecutorTellsTheTruthAndLeavesNothingAliveWhateverGoesWrong() {
    Soak.test("executor");
  }
}
