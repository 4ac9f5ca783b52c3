package org.thermos.runner;

import org.junit.jupiter.api.Test;
import org.thermos.Soak;

/**
 * Lives thousands of random tasks in a simulated world. A failure names the seed that replays it.
 */
class TaskSimulationTest {
  @Test
  void everyTaskEndsAsItShouldWhenNothingGoesWrong() {
    Soak.test("calm");
  }

  @Test
  void noCrashChangesTheOutcome() {
    Soak.test("crashes");
  }

  @Test
  void aTaskThatIsStoppedEndsInTimeWhateverGoesWrong() {
    Soak.test("stops");
  }
}
