package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thermos.mesos.MachineDriver.acknowledged;
import static org.thermos.mesos.MachineDriver.answered;
import static org.thermos.mesos.MachineDriver.status;
import static org.thermos.mesos.MachineDriver.subscribedEvent;
import static org.thermos.mesos.MachineDriver.uuid;

import org.apache.mesos.Protos.TaskState;
import org.junit.jupiter.api.Test;

class DriverStatisticsTest {
  private final MachineDriver driver = MachineDriver.checkpointing().subscribed();
  private final DriverMachine machine = driver.machine;

  @Test
  void anUpdateIsSentAndAcknowledgedOnce() {
    machine.updateRequested(status("a", TaskState.TASK_RUNNING));
    machine.callAnswered(answered(202));
    machine.received(acknowledged("a", uuid(1)));
    machine.received(acknowledged("a", uuid(1)));

    assertThat(machine.statistics()).isEqualTo(new DriverStatistics(1, 1, 0, 0));
  }

  @Test
  void whatIsPostedAgainIsResent() {
    machine.updateRequested(status("a", TaskState.TASK_RUNNING));
    machine.callAnswered(answered(503));
    machine.timerFired(Timer.RETRY_CALL);

    assertThat(machine.statistics()).isEqualTo(new DriverStatistics(1, 0, 1, 0));
  }

  @Test
  void aSubscriptionResendsWhatIsNotAcknowledged() {
    machine.updateRequested(status("a", TaskState.TASK_RUNNING));
    machine.callAnswered(answered(202));
    machine.streamEnded(new AgentAnswer.NobodyListens("refused"));
    machine.updateRequested(status("a", TaskState.TASK_FINISHED));
    machine.timerFired(Timer.RECONNECT);
    machine.received(subscribedEvent());

    assertThat(machine.statistics())
        .as("the second is sent with the subscription")
        .isEqualTo(new DriverStatistics(2, 0, 1, 1));
  }

  @Test
  void nothingIsCountedThatDoesNotHappen() {
    machine.timerFired(Timer.RETRY_CALL);

    assertThat(machine.statistics()).isEqualTo(new DriverStatistics(0, 0, 0, 0));
  }
}
