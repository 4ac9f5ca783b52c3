package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.TaskState;
import org.thermos.process.Accounts;

/** What a runner does about the settings that an earlier one recorded. */
@Execution(ExecutionMode.CONCURRENT)
class RecordedSettingsTest {
  @TempDir Path directory;
  private RunnerBench bench;

  @BeforeEach
  void setUp() throws IOException {
    bench = new RunnerBench(directory);
    bench.writeTask(
        "{\"name\": \"t\", \"processes\": [{\"name\": \"a\","
            + " \"cmdline\": \"until [ -e go ]; do sleep 0.05; done\"}],"
            + " \"resources\": {\"cpu\": 1.0, \"ram\": 1, \"disk\": 1}}");
  }

  @AfterEach
  void tearDown() throws IOException {
    bench.close();
  }

  private void startAndAbandon(String... flags) throws IOException {
    Process runner = bench.start(flags);
    bench.awaitState("a", ProcessState.RUNNING, 1);
    RunnerBench.signal(runner, "KILL");
    bench.exitOf(runner);
  }

  private void finish(String... flags) throws IOException {
    Files.createFile(bench.sandbox.resolve("go"));
    assertThat(bench.run(flags)).as(bench.toString()).isZero();
    assertThat(bench.taskStates()).endsWith(TaskState.SUCCESS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--setuid=nobody | user was root and now is nobody, uid was 0 and now is 65534",
        "--enable_chroot | chroot was false and now is true",
        "--sandbox=OTHER | sandbox was",
      })
  void othersInWhatDecidesAsWhomAndWhereAreRefused(String flag, String why) throws Exception {
    assumeTrue(Accounts.currentUid() == 0, "needs root: processes of other accounts");
    startAndAbandon();

    assertThat(bench.run(flag.replace("OTHER", directory.resolve("other").toString())))
        .isEqualTo(ExitCode.INVALID_TASK.code());

    assertThat(bench.failure())
        .startsWith("Invalid task: its settings differ from those recorded in ")
        .contains(why.replace("65534", Integer.toString(new Accounts().named("nobody").uid())));
    finish();
  }

  @Test
  void othersInTheRestTakeThePlaceOfThoseRecorded() throws IOException {
    startAndAbandon("--kill_wait_secs=5");
    assertThat(bench.paths.settings()).content().contains("\"kill_wait_secs\":5,");

    finish("--kill_wait_secs=6");

    assertThat(bench.paths.settings()).content().contains("\"kill_wait_secs\":6,");
  }

  @Test
  void whatMakesNoSenseIsReplaced() throws IOException {
    startAndAbandon();
    Files.writeString(bench.paths.settings(), "{\"version\":1}");

    finish();

    assertThat(bench.paths.settings()).content().contains("\"kill_wait_secs\":60,");
  }

  @Test
  void aTaskCanBeGoneOnWithByThemAlone() throws IOException {
    startAndAbandon();
    Files.delete(directory.resolve("task.json"));

    finish("--resume");
  }

  @Test
  void withoutThemATaskIsNotGoneOnWith() throws IOException {
    startAndAbandon();
    Path away = Files.move(bench.paths.settings(), directory.resolve("away"));

    assertThat(bench.run("--resume")).isEqualTo(ExitCode.INVALID_TASK.code());

    assertThat(bench.failure()).contains("start the runner as it was started before");
    Files.move(away, bench.paths.settings());
    finish();
  }
}
