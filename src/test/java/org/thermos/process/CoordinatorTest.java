package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.thrift.checkpoint.ProcessState;
import org.thermos.thrift.checkpoint.ProcessStatus;

/** A coordinator's life as its checkpoint tells it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CoordinatorTest {
  @TempDir Path directory;

  @ParameterizedTest
  @MethodSource("org.thermos.process.Binaries#both")
  void recordsTheThreeStepsOfARun(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      CoordinatorEnd end = bench.run("echo out; echo err >&2").toEnd();

      assertThat(end).isEqualTo(CoordinatorEnd.RECORDED);
      assertThat(bench.records())
          .extracting(ProcessStatus::getState)
          .containsExactly(ProcessState.FORKED, ProcessState.RUNNING, ProcessState.SUCCESS);
      assertThat(bench.log("stdout")).isEqualTo("out\n");
      assertThat(bench.log("stderr")).isEqualTo("err\n");
    }
  }
}
