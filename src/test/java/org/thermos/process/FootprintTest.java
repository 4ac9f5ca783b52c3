package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.process.BrokerEvent.TimerFired;

/** What is paid for each run and each runner: memory of their own, and no wake-ups at rest. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FootprintTest {
  private static final int KILOBYTES = 300;

  @TempDir Path directory;

  @Test
  void staysSmallAndSleepsWhileNothingHappens() throws Exception {
    try (Workbench bench = new Workbench(directory, NativeBinary.locate())) {
      Workbench.Run run = bench.run("head -c 1000000 /dev/zero; echo ok > ready; exec sleep 1000");
      run.mode = new LogSpec.Rotate(200_000, 2);
      ProcessIdentity coordinator = run.launch();
      bench.awaitFile("ready");
      int broker = new ProcessTable().find(coordinator.pid()).orElseThrow().parent();
      long coordinatorWakeUps = Long.MAX_VALUE;
      long brokerWakeUps = Long.MAX_VALUE;
      // On a busy machine they may still be at what came before.
      for (int i = 0; i < 5 && (coordinatorWakeUps > 0 || brokerWakeUps > 2); i++) {
        long coordinatorBefore = wakeUps(coordinator.pid());
        long brokerBefore = wakeUps(broker);
        bench.broker.wakeAfter(Duration.ofSeconds(3));
        while (!bench.broker.next().equals(new TimerFired())) {
          // What is left of the events of the start.
        }
        coordinatorWakeUps = wakeUps(coordinator.pid()) - coordinatorBefore;
        brokerWakeUps = wakeUps(broker) - brokerBefore;
      }

      assertThat(coordinatorWakeUps).isZero();
      // The timer is the only thing that wakes the broker, twice: when it is set and when it fires.
      assertThat(brokerWakeUps).isLessThanOrEqualTo(2);
      assertThat(privateMemory(coordinator.pid())).isLessThan(KILOBYTES);
      assertThat(privateMemory(broker)).isLessThan(KILOBYTES);
      System.out.println(
          "private memory: broker "
              + privateMemory(broker)
              + " kB, coordinator "
              + privateMemory(coordinator.pid())
              + " kB");
    }
  }

  private static long wakeUps(int pid) throws IOException {
    return field(Path.of("/proc/" + pid + "/status"), "voluntary_ctxt_switches:");
  }

  /** In kB. */
  private static long privateMemory(int pid) throws IOException {
    Path rollup = Path.of("/proc/" + pid + "/smaps_rollup");
    return field(rollup, "Private_Dirty:") + field(rollup, "Private_Clean:");
  }

  private static long field(Path file, String name) throws IOException {
    List<String> lines = Files.readAllLines(file);
    String line = lines.stream().filter(any -> any.startsWith(name)).findFirst().orElseThrow();
    return Long.parseLong(line.substring(name.length()).replace("kB", "").trim());
  }
}
