package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Golden tasks that are refused: with which exit code, and with which the original did, where that
 * is not the same (gap 8: an invalid task is 102, never 1; gaps 56 to 58: what the original ran).
 */
@Execution(ExecutionMode.CONCURRENT)
class GoldenRefusalTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // scenario | flag | exit code | the original's | in the message
        "invalid_cycle||102|1 (gap 8)|Cycles detected in the task schedule!",
        "invalid_name||102|1 (gap 8)|Invalid process name",
        "invalid_unbound_ref||102|1 (gap 8)|Unexpected unbound refs",
        "invalid_unbound_port||101|101|Unbound ports:",
        "invalid_missing_cmdline||2|2|Process[cmdline] is required",
        "setuid_unknown|--setuid=nosuchuser|104|104|no such user",
        "duplicate_names||102|runs the last of the two (gap 56)|p",
        "constraint_unknown_only||102|runs without the constraint (gap 57)|",
        "no_processes||102|succeeds at once (gap 58)|processes",
      })
  void isRefusedWithACodeAndACauseAndLeavesNoStream(
      String scenario, String flag, int code, String original, String cause) throws Exception {
    Path golden = Path.of(getClass().getResource("/golden/" + scenario + "/task.json").toURI());
    try (RunnerBench bench = new RunnerBench(directory)) {
      bench.writeTask(Files.readString(golden));
      assertThat(flag == null ? bench.run() : bench.run(flag)).as(bench.toString()).isEqualTo(code);
      assertThat(bench.failure()).contains(cause == null ? "" : cause).hasLineCount(1);
      assertThat(bench.records()).isEmpty();
    }
  }
}
