package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.TaskState;
import org.thermos.process.Accounts;

/**
 * Plays what the original was recorded playing and compares the states of the task and of each of
 * its processes, in order. Where they differ it is on purpose, and the difference is named.
 */
@Execution(ExecutionMode.CONCURRENT)
class GoldenScenarioTest {
  @TempDir Path directory;

  private interface Play {
    void on(RunnerBench bench) throws IOException;
  }

  /** What differs from the recording, and why that is better. */
  private record Difference(
      String reason, List<TaskState> taskStates, Map<String, List<ProcessState>> processStates) {}

  /** Daemons that are run again and again: how often, before the rest ends, is chance. */
  private static final List<String> FLAPPING = List.of("flap", "d");

  /** Until the test goes on. */
  private static final String WAITING = "until [ -e go ]; do sleep 0.05; done";

  private final Map<String, Play> plays = new LinkedHashMap<>();
  private final Map<String, Difference> differences = new LinkedHashMap<>();

  private void play(String scenario, Play play) {
    plays.put(scenario, play);
  }

  private void toItsEnd(String scenario, String... flags) {
    play(scenario, bench -> assertThat(bench.run(flags)).as(bench.toString()).isZero());
  }

  /** Puts another command line in the place of one. */
  private static void replace(RunnerBench bench, String commandLine, String other)
      throws IOException {
    String task = Files.readString(bench.directory.resolve("task.json"));
    assertThat(task).containsOnlyOnce('"' + commandLine + '"');
    bench.writeTask(task.replace('"' + commandLine + '"', '"' + other + '"'));
  }

  /** One process fails, and only when the other has set its trap and come to its loop. */
  private void failing(String scenario, String failure, String trapping) {
    play(
        scenario,
        bench -> {
          replace(bench, failure, WAITING + "; exit 1");
          Process runner = bench.start();
          bench.awaitCommandOf(trapping);
          Files.createFile(bench.sandbox.resolve("go"));
          assertThat(bench.exitOf(runner)).isZero();
        });
  }

  /**
   * @param running processes that must run
   * @param trapping those of them that must have set their traps, and have come to their loops
   */
  private void killed(
      String scenario,
      String signal,
      int killWaitSeconds,
      List<String> running,
      List<String> trapping) {
    play(
        scenario,
        bench -> {
          Process runner = bench.start("--kill_wait_secs=" + killWaitSeconds);
          running.forEach(process -> bench.awaitState(process, ProcessState.RUNNING, 1));
          trapping.forEach(bench::awaitCommandOf);
          RunnerBench.signal(runner, signal);
          assertThat(bench.exitOf(runner)).isZero();
        });
  }

  private void restarted(String scenario, String signal, String process) {
    play(
        scenario,
        bench -> {
          Process runner = bench.start();
          bench.awaitState(process, ProcessState.RUNNING, 1);
          RunnerBench.signal(runner, signal);
          bench.exitOf(runner);
          assertThat(bench.run()).isZero();
        });
  }

  private void stage() {
    for (String scenario :
        List.of(
            "ascii_space_name",
            "deadlock_dependent",
            "env_default",
            "ephemeral_fails",
            "ephemeral_only",
            "escape_amp4",
            "escape_amp5",
            "escape_amp6",
            "fail_retries",
            "final_after_failure",
            "final_success",
            "hello",
            "hundred_run_cap",
            "logger_both",
            "logger_both_rotate",
            "logger_console",
            "logger_none",
            "max_concurrency2",
            "min_duration_default",
            "ordered3",
            "rotate",
            "task_max_failures0",
            "unicode_names")) {
      toItsEnd(scenario);
    }
    toItsEnd("noop_logger_flag", "--process_logger_destination=none");
    toItsEnd("ports", "--port=http:31234", "--port=admin:31235", "--hostname=host.example.org");
    play(
        "setuid_nobody",
        bench -> {
          Files.createDirectories(bench.sandbox);
          Files.setOwner(
              bench.sandbox,
              bench
                  .sandbox
                  .getFileSystem()
                  .getUserPrincipalLookupService()
                  .lookupPrincipalByName("nobody"));
          assertThat(bench.run("--setuid=nobody")).as(bench.toString()).isZero();
          assertThat(bench.log("who", 0, "stdout")).startsWith("uid=65534(nobody)");
        });
    play(
        "thermos_profile",
        bench -> {
          Files.createDirectories(bench.sandbox);
          Files.writeString(bench.sandbox.resolve(".thermos_profile"), "FROM_PROFILE=yes");
          assertThat(bench.run()).isZero();
          assertThat(bench.log("e", 0, "stdout")).startsWith("FROM_PROFILE=yes BASH_ENV=");
        });

    failing("fail_blocks_dependent", "exit 1", "x");
    failing("ignore_sigterm", "sleep 1; exit 1", "stubborn");
    killed("kill_sigusr1", "USR1", 60, List.of("sleeper", "plain"), List.of("sleeper"));
    killed("kill_stubborn_sigusr1", "USR1", 3, List.of("stubborn"), List.of("stubborn"));
    killed("lose_sigusr2", "USR2", 60, List.of("sleeper"), List.of());
    play(
        "daemon_ephemeral",
        bench -> {
          replace(bench, "sleep 6; echo main done", WAITING);
          Process runner = bench.start();
          bench.awaitState("log", ProcessState.RUNNING, 1);
          bench.awaitState("flap", ProcessState.SUCCESS, 3);
          Files.createFile(bench.sandbox.resolve("go"));
          assertThat(bench.exitOf(runner)).isZero();
        });
    play(
        "daemon_kill",
        bench -> {
          Process runner = bench.start();
          bench.awaitState("d", ProcessState.SUCCESS, 3);
          RunnerBench.signal(runner, "USR1");
          assertThat(bench.exitOf(runner)).isZero();
        });

    restarted("recover_running", "KILL", "a");
    restarted("sigterm_runner", "TERM", "sleeper");
    play(
        "recover_done_meanwhile",
        bench -> {
          Process runner = bench.start();
          bench.awaitState("a", ProcessState.RUNNING, 1);
          RunnerBench.signal(runner, "KILL");
          bench.awaitState("a", ProcessState.FAILED, 1);
          assertThat(bench.run()).isZero();
        });
    play(
        "rerun_finished",
        bench -> {
          assertThat(bench.run()).isZero();
          assertThat(bench.run()).isZero();
        });
    play(
        "rerun_changed_task",
        bench -> {
          String task = Files.readString(bench.directory.resolve("task.json"));
          Process runner = bench.start();
          bench.awaitState("a", ProcessState.RUNNING, 1);
          RunnerBench.signal(runner, "KILL");
          bench.exitOf(runner);
          bench.writeTask(task.replace("sleep 8", "sleep 9"));
          assertThat(bench.run()).isEqualTo(ExitCode.INVALID_TASK.code());
          assertThat(bench.failure()).contains("Task differs from on disk copy");
          bench.writeTask(task);
          assertThat(bench.run()).isZero();
        });
    play(
        "second_runner",
        bench -> {
          replace(bench, "sleep 6", WAITING);
          Process first = bench.start();
          bench.awaitState("a", ProcessState.RUNNING, 1);
          assertThat(bench.run()).isEqualTo(ExitCode.UNKNOWN_ERROR.code());
          assertThat(bench.failure())
              .startsWith(
                  "cannot lock "
                      + bench.paths.runnerCheckpoint()
                      + ": held by pid "
                      + first.pid()
                      + " since ");
          Files.createFile(bench.sandbox.resolve("go"));
          assertThat(bench.exitOf(first)).isZero();
        });
    play(
        "lost_coordinator_live",
        bench -> {
          Process runner = bench.start();
          bench.awaitState("a", ProcessState.RUNNING, 1);
          // By then its first run has come to its sleep.
          bench.await("n is written", () -> bench.sandbox.resolve("n").toFile().length() > 0);
          int coordinator = bench.coordinatorOf("a");
          RunnerBench.signal(coordinator, "KILL");
          assertThat(bench.exitOf(runner)).isZero();
        });
    play(
        "kill_during_finalizing",
        bench -> {
          Process runner = bench.start("--kill_wait_secs=30");
          bench.awaitState("fin", ProcessState.RUNNING, 1);
          RunnerBench.signal(runner, "USR1");
          RunnerBench.signal(runner, "USR2");
          assertThat(bench.exitOf(runner)).isZero();
        });
  }

  private void differ() {
    List<ProcessState> killedRun =
        List.of(
            ProcessState.WAITING, ProcessState.FORKED, ProcessState.RUNNING, ProcessState.KILLED);
    List<ProcessState> goodRun =
        List.of(
            ProcessState.WAITING, ProcessState.FORKED, ProcessState.RUNNING, ProcessState.SUCCESS);
    differences.put(
        "ephemeral_only",
        new Difference(
            "gap 9: no run is begun, to stay WAITING for ever, when the task is already over",
            List.of(TaskState.ACTIVE, TaskState.CLEANING, TaskState.FINALIZING, TaskState.SUCCESS),
            Map.of()));
    differences.put(
        "daemon_ephemeral",
        new Difference(
            "gap 9: flap is not begun a fourth time, to be LOST, in the pass that ends the task",
            List.of(TaskState.ACTIVE, TaskState.CLEANING, TaskState.FINALIZING, TaskState.SUCCESS),
            Map.of("main", goodRun, "log", killedRun, "flap", repeat(goodRun, 3))));
    differences.put(
        "kill_during_finalizing",
        new Difference(
            "gap 16: a stop during finalization is acted on in the loop; it does not kill the"
                + " finalizer to start it again, and a second signal is not lost until the first"
                + " has been dealt with",
            List.of(TaskState.ACTIVE, TaskState.CLEANING, TaskState.FINALIZING, TaskState.LOST),
            Map.of("m", goodRun, "fin", killedRun)));
  }

  private static <T> List<T> repeat(List<T> list, int times) {
    List<T> result = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      result.addAll(list);
    }
    return result;
  }

  @TestFactory
  List<DynamicTest> endsInTheStatesOfTheRecording() {
    stage();
    differ();
    List<DynamicTest> tests = new ArrayList<>();
    plays.forEach(
        (scenario, play) ->
            tests.add(DynamicTest.dynamicTest(scenario, () -> compare(scenario, play))));
    return tests;
  }

  private void compare(String scenario, Play play) throws Exception {
    if (scenario.equals("setuid_nobody")) {
      assumeTrue(Accounts.currentUid() == 0, "needs root: processes run as another user");
    }
    Path golden = golden(scenario);
    Path home = Files.createDirectory(directory.resolve(scenario));
    try (RunnerBench bench = new RunnerBench(home)) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.copy(golden.resolve("task.json"), home.resolve("task.json"));
      play.on(bench);
      List<CheckpointRecord> recorded =
          RunnerBench.records(golden.resolve("root/checkpoints/golden-" + scenario + "/runner"));
      Difference difference = differences.get(scenario);
      assertThat(bench.taskStates())
          .as(bench.toString())
          .isEqualTo(
              difference == null ? RunnerBench.taskStates(recorded) : difference.taskStates());
      Map<String, List<ProcessState>> states = bench.processStates();
      for (String daemon : FLAPPING) {
        states.computeIfPresent(daemon, (name, runs) -> runs.subList(0, Math.min(12, runs.size())));
      }
      assertThat(states)
          .as(bench.toString())
          .isEqualTo(
              difference == null
                  ? RunnerBench.processStates(recorded)
                  : difference.processStates());
    }
  }

  private static Path golden(String scenario) throws URISyntaxException {
    return Path.of(GoldenScenarioTest.class.getResource("/golden/" + scenario).toURI());
  }
}
