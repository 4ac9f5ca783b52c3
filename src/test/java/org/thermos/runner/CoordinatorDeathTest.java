package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;

/** A coordinator is killed: the runner knows at once, ends what it left and runs it again. */
class CoordinatorDeathTest {
  private static final int TIMES = 10;

  @TempDir Path directory;

  @Test
  void isNoticedAtOnceAndTheRunRepeated() throws IOException {
    try (RunnerBench bench = new RunnerBench(directory)) {
      bench.writeTask(
          "{\"name\": \"t\", \"processes\": [{\"name\": \"a\", \"min_duration\": 0, \"cmdline\":"
              + " \"(setsid sleep 2005 &); sleep 1004; true\"}], \"resources\": {\"cpu\": 1.0, \"ram\": 1,"
              + " \"disk\": 1}}");
      Process runner = bench.start();
      List<Duration> delays = new ArrayList<>();
      for (int i = 1; i <= TIMES; i++) {
        bench.awaitState("a", ProcessState.RUNNING, i);
        bench.awaitCommandOf("a");
        int coordinator = bench.coordinatorOf("a");
        int wanted = i;
        long killed = System.nanoTime();
        RunnerBench.signal(coordinator, "KILL");
        bench.await("the runner says LOST", () -> lost(bench) == wanted);
        delays.add(Duration.ofNanos(System.nanoTime() - killed));
      }
      Collections.sort(delays);
      System.out.println(
          "from the death of a coordinator to LOST: median "
              + delays.get(TIMES / 2).toMillis()
              + " ms, longest "
              + delays.get(TIMES - 1).toMillis()
              + " ms");

      assertThat(delays.get(TIMES / 2)).isLessThan(Duration.ofSeconds(1));
      bench.awaitState("a", ProcessState.RUNNING, TIMES + 1);
      RunnerBench.signal(runner, "USR2");
      assertThat(bench.exitOf(runner)).isZero();
      // Not one of the daemons that left the session is there any more.
      assertThat(bench.processesInSandbox()).isEmpty();
    }
  }

  private static long lost(RunnerBench bench) {
    List<CheckpointRecord> records = bench.records();
    return records.stream()
        .filter(record -> record instanceof ProcessStatus s && s.state() == ProcessState.LOST)
        .count();
  }
}
