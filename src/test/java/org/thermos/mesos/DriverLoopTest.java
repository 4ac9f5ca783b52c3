package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.mesos.Protos.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class DriverLoopTest {

  /** As a class that is not there any more, after an upgrade in place. */
  @Test
  void anErrorEndsTheDriverForThoseWhoWaitForIt() {
    MachineDriver driver = MachineDriver.checkpointing();
    AtomicReference<Status> end = new AtomicReference<>();
    DriverLoop.Hands hands =
        new DriverLoop.Hands() {
          @Override
          public void perform(Effect effect) {
            throw new NoClassDefFoundError("gone");
          }

          @Override
          public void finish(Status status) {
            end.set(status);
          }
        };
    List<String> logged = new ArrayList<>();
    DriverLoop loop = new DriverLoop(driver.machine, hands, logged::add, System::nanoTime);
    loop.post(DriverMachine::started);

    loop.run();

    assertThat(end).hasValue(Status.DRIVER_ABORTED);
    assertThat(logged).singleElement().asString().contains("gone");
  }
}
