package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thermos.mesos.MachineDriver.answered;
import static org.thermos.mesos.MachineDriver.status;

import java.time.Duration;
import org.apache.mesos.Protos.TaskState;
import org.junit.jupiter.api.Test;

class DriverStopTest {
  private static final Effect WAIT_FOR_ACKNOWLEDGEMENTS =
      new Effect.SetTimer(Timer.ACKNOWLEDGEMENTS, Duration.ofSeconds(5));

  private final MachineDriver driver = MachineDriver.checkpointing().subscribed();
  private final DriverMachine machine = driver.machine;

  /** An agent that recovers lets executors subscribe long before it takes their updates. */
  @Test
  void theWaitForAcknowledgementsBeginsAgainAsLongAsTheAgentDoesNotTakeTheUpdate() {
    machine.updateRequested(status("a", TaskState.TASK_FINISHED));
    machine.stopRequested();
    assertThat(driver.effects()).contains(WAIT_FOR_ACKNOWLEDGEMENTS);
    machine.callAnswered(answered(503));
    assertThat(driver.effects()).contains(WAIT_FOR_ACKNOWLEDGEMENTS);
    machine.timerFired(Timer.RETRY_CALL);
    assertThat(driver.effects()).doesNotContain(WAIT_FOR_ACKNOWLEDGEMENTS);
    machine.callAnswered(answered(202));
    assertThat(driver.effects()).contains(WAIT_FOR_ACKNOWLEDGEMENTS);
  }
}
