package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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
import org.thermos.process.Executables;

/** The runner as a program: what it refuses and how it says so, and what it leaves behind. */
@Execution(ExecutionMode.CONCURRENT)
class RunnerProgramTest {
  @TempDir Path directory;
  private RunnerBench bench;

  @BeforeEach
  void setUp() {
    bench = new RunnerBench(directory);
  }

  @AfterEach
  void tearDown() throws IOException {
    bench.close();
  }

  private void task(String processes, String more) throws IOException {
    bench.writeTask(
        "{\"name\": \"t\", \"processes\": ["
            + processes
            + "], \"resources\": {\"cpu\": 1.0, \"ram\": 1, \"disk\": 1}"
            + more
            + "}");
  }

  private void refuses(ExitCode code, String cause, String... flags) throws IOException {
    assertThat(bench.run(flags)).as(bench.toString()).isEqualTo(code.code());
    String said = Files.readString(directory.resolve("stderr"));
    assertThat(said).startsWith("thermos-runner: ").contains(cause).hasLineCount(1);
    if (code != ExitCode.USAGE || Files.exists(directory.resolve(RunnerProgram.FAILURE_FILE))) {
      assertThat(bench.failure()).contains(cause).hasLineCount(1);
    }
    assertThat(bench.records()).isEmpty();
  }

  @Test
  void refusesATaskThatIsNoJson() throws IOException {
    bench.writeTask("{\"name\": ");
    refuses(ExitCode.USAGE, "Unable to read the task");
  }

  @Test
  void refusesATaskFileThatIsNotThere() throws IOException {
    refuses(ExitCode.USAGE, "task.json does not exist");
  }

  @Test
  void refusesACycle() throws IOException {
    task(
        "{\"name\": \"a\", \"cmdline\": \"true\"}, {\"name\": \"b\", \"cmdline\": \"true\"}",
        ", \"constraints\": [{\"order\": [\"a\", \"b\", \"a\"]}]");
    refuses(ExitCode.INVALID_TASK, "Cycles detected in the task schedule!");
  }

  @Test
  void refusesAnUnboundTemplate() throws IOException {
    task("{\"name\": \"a\", \"cmdline\": \"echo {{nope}}\"}", "");
    refuses(ExitCode.INVALID_TASK, "{{nope}}");
  }

  @Test
  void refusesAnUnboundPort() throws IOException {
    task("{\"name\": \"a\", \"cmdline\": \"echo {{thermos.ports[http]}}\"}", "");
    refuses(ExitCode.INTERNAL_ERROR, "Unbound ports: http");
  }

  @Test
  void refusesAnUnknownUser() throws IOException {
    task("{\"name\": \"a\", \"cmdline\": \"true\"}", "");
    refuses(
        ExitCode.UNKNOWN_USER,
        "cannot run processes as nosuchuser: no such user here",
        "--setuid=nosuchuser");
  }

  @Test
  void refusesASandboxThatCannotBeMade() throws IOException {
    task("{\"name\": \"a\", \"cmdline\": \"true\"}", "");
    Files.createFile(bench.sandbox);
    refuses(ExitCode.UNKNOWN_ERROR, "cannot create the sandbox " + bench.sandbox);
  }

  @Test
  void refusesFlagsItDoesNotKnow() throws IOException {
    refuses(ExitCode.USAGE, "no such flag; did you mean --hostname?", "--hostnam=x");
  }

  @Test
  void refusesAStreamThatIsDamagedInTheMiddleAndLeavesItAlone() throws IOException {
    task("{\"name\": \"a\", \"cmdline\": \"sleep 100\"}", "");
    Process runner = bench.start();
    bench.awaitState("a", ProcessState.RUNNING, 1);
    bench.await("the runner has it too", () -> bench.records().size() == 5);
    RunnerBench.signal(runner, "KILL");
    bench.exitOf(runner);
    byte[] intact = Files.readAllBytes(bench.paths.runnerCheckpoint());
    try (RandomAccessFile stream =
        new RandomAccessFile(bench.paths.runnerCheckpoint().toFile(), "rw")) {
      stream.seek(4); // The type byte of the first field of the first record.
      stream.write(99);
    }
    byte[] damaged = Files.readAllBytes(bench.paths.runnerCheckpoint());

    assertThat(bench.run()).isEqualTo(ExitCode.UNKNOWN_ERROR.code());

    assertThat(bench.failure())
        .startsWith("cannot go on with " + bench.paths.runnerCheckpoint() + ": offset 0: ");
    assertThat(Files.readAllBytes(bench.paths.runnerCheckpoint())).isEqualTo(damaged);
    Files.write(bench.paths.runnerCheckpoint(), intact);
  }

  @Test
  void startsNoRunOfWhichNothingCouldBeLearned() throws IOException {
    task("{\"name\": \"a\", \"cmdline\": \"touch ran-$$; sleep 1007\", \"max_failures\": 2}", "");
    Process runner = bench.start();
    bench.awaitState("a", ProcessState.RUNNING, 1);
    bench.await("the command runs", () -> runs() == 1);
    RunnerBench.signal(runner, "KILL");
    bench.exitOf(runner);
    Path stream = bench.paths.processCheckpoint("a");
    RunnerBench.signal(bench.coordinatorOf("a"), "KILL");
    byte[] damaged = Files.readAllBytes(stream);
    damaged[18] ^= 64; // The type of a field of FORKED, which RUNNING follows.
    Files.write(stream, damaged);

    assertThat(bench.run()).as(bench.toString()).isZero();

    assertThat(bench.taskStates()).endsWith(TaskState.FAILED);
    assertThat(bench.failure())
        .contains("cannot start process a: " + stream + " is damaged at offset 0: ")
        .contains("move it away");
    assertThat(Files.readAllBytes(stream)).isEqualTo(damaged);
    assertThat(runs()).isOne();
  }

  /** How many have left their mark. */
  private long runs() {
    try (Stream<Path> files = Files.list(bench.sandbox)) {
      return files.filter(file -> file.getFileName().toString().startsWith("ran-")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void goesByNoStreamThatSomebodyElseCanHaveWritten() throws IOException {
    assumeTrue(Accounts.currentUid() == 0, "needs root: a checkpoint of another account");
    task("{\"name\": \"a\", \"cmdline\": \"sleep 1008\"}", "");
    Process runner = bench.start();
    bench.awaitState("a", ProcessState.RUNNING, 1);
    RunnerBench.signal(runner, "KILL");
    bench.exitOf(runner);
    byte[] before = Files.readAllBytes(bench.paths.runnerCheckpoint());
    Files.setAttribute(bench.paths.runnerCheckpoint(), "unix:uid", 65534);

    assertThat(bench.run("--stop=lost")).isEqualTo(ExitCode.INVALID_TASK.code());

    assertThat(bench.failure())
        .contains(
            bench.paths.runnerCheckpoint()
                + " belongs to uid 65534, who must not decide what uid 0 does");
    assertThat(Files.readAllBytes(bench.paths.runnerCheckpoint())).isEqualTo(before);
    assertThat(bench.processesInSandbox()).as("nobody was signalled").isNotEmpty();

    Files.setAttribute(bench.paths.runnerCheckpoint(), "unix:uid", 0);
    assertThat(bench.run("--stop=lost")).as(bench.toString()).isZero();
    assertThat(bench.processesInSandbox()).isEmpty();
  }

  @Test
  void cutsATornRecordOffAndGoesOn() throws IOException {
    task("{\"name\": \"a\", \"cmdline\": \"until [ -e go ]; do sleep 0.05; done\"}", "");
    Process runner = bench.start();
    bench.awaitState("a", ProcessState.RUNNING, 1);
    bench.await("the runner has it too", () -> bench.records().size() == 5);
    RunnerBench.signal(runner, "KILL");
    bench.exitOf(runner);
    try (RandomAccessFile stream =
        new RandomAccessFile(bench.paths.runnerCheckpoint().toFile(), "rw")) {
      stream.seek(stream.length());
      stream.write(new byte[] {0, 0, 0, 49, 12, 0, 2});
    }
    Files.createFile(bench.sandbox.resolve("go"));

    assertThat(bench.run()).as(bench.toString()).isZero();

    assertThat(bench.taskStates()).endsWith(TaskState.SUCCESS);
    assertThat(bench.processStates().get("a"))
        .containsExactly(
            ProcessState.WAITING, ProcessState.FORKED, ProcessState.RUNNING, ProcessState.SUCCESS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{&thermos.task_id}}|{{thermos.task_id}}",
        "{{&&& foo }}|{{&& foo }}",
      })
  void goesOnWithATaskThatEscapesBraces(String written, String seen) throws IOException {
    task(
        "{\"name\": \"a\", \"cmdline\": \"echo '%s'; sleep 1\"}, ".formatted(written)
            + "{\"name\": \"b\", \"cmdline\": \"echo '%s'\"}".formatted(written),
        ", \"constraints\": [{\"order\": [\"a\", \"b\"]}]");
    Process runner = bench.start();
    bench.awaitState("a", ProcessState.RUNNING, 1);
    RunnerBench.signal(runner, "KILL");
    bench.exitOf(runner);

    assertThat(bench.run()).as(bench.toString()).isZero();

    assertThat(bench.taskStates()).endsWith(TaskState.SUCCESS);
    assertThat(bench.log("a", 0, "stdout")).isEqualTo(seen + "\n");
    assertThat(bench.log("b", 0, "stdout")).isEqualTo(seen + "\n");
  }

  @Test
  void saysWhichProgramIsMissingWhenAProcessCannotBeStarted() throws IOException {
    assumeTrue(Accounts.currentUid() == 0, "needs root: a root directory without bash");
    task("{\"name\": \"a\", \"cmdline\": \"true\"}", "");

    assertThat(bench.run("--enable_chroot")).isZero();

    assertThat(bench.taskStates()).endsWith(TaskState.FAILED);
    assertThat(bench.failure()).contains("process a").contains("/bin/bash");
  }

  @ParameterizedTest
  @CsvSource({
    "launch_info, --launch_info={",
    "old, --working_directory=/mnt/sandbox --rootfs=TASKFS --user=",
  })
  void startsCommandsOfAnImageThroughEitherFormOfTheContainerizer(String usage, String expected)
      throws IOException {
    Path containerizer = directory.resolve("containerizer");
    Executables.script(
        containerizer,
        "[ $# -gt 1 ] && { echo \"$@\"; exit 0; }",
        "echo 'usage: " + usage + "' >&2; exit 1");
    task("{\"name\": \"a\", \"cmdline\": \"echo hi\"}", "");

    assertThat(
            bench.run(
                "--mesos_containerizer_path=" + containerizer, "--container_sandbox=/mnt/sandbox"))
        .as(bench.toString())
        .isZero();

    assertThat(bench.log("a", 0, "stdout"))
        .startsWith("launch --unshare_namespace_mnt ")
        .contains(expected.replace("TASKFS", directory.resolve("taskfs").toString()));
  }

  @Test
  void refusesAContainerizerThatIsNotThere() throws IOException {
    task("{\"name\": \"a\", \"cmdline\": \"true\"}", "");
    refuses(
        ExitCode.INVALID_TASK,
        "cannot use mesos-containerizer /nowhere: it is missing or not executable",
        "--mesos_containerizer_path=/nowhere",
        "--container_sandbox=/mnt/sandbox");
  }

  @Test
  void saysWhyACommandLineThatNoProgramCanBeGivenIsNotRun() throws IOException {
    task("{\"name\": \"a\", \"cmdline\": \"echo \\u0000\"}", "");

    assertThat(bench.run()).as(bench.toString()).isZero();

    assertThat(bench.taskStates()).endsWith(TaskState.FAILED);
    assertThat(bench.processStates().get("a"))
        .containsExactly(ProcessState.WAITING, ProcessState.FAILED);
    assertThat(bench.failure()).contains("cannot start process a").contains("NUL character");
  }

  @Test
  void leavesNothingAliveAfterAKill() throws IOException {
    // A child of the shell, a grandchild in a session of its own, and one that ignores SIGTERM.
    task(
        "{\"name\": \"a\", \"cmdline\": \"(setsid sleep 1001 &); sleep 1002 & trap '' TERM;"
            + " echo $$ > pid; while :; do sleep 0.1; done\"}",
        "");
    Process runner = bench.start("--kill_wait_secs=1");
    bench.await("the shell is there", () -> bench.sandbox.resolve("pid").toFile().length() > 0);
    RunnerBench.signal(runner, "USR1");

    assertThat(bench.exitOf(runner)).isZero();

    assertThat(bench.taskStates()).endsWith(TaskState.KILLED);
    assertThat(bench.processStates().get("a")).endsWith(ProcessState.KILLED);
    assertThat(bench.processesInSandbox()).isEmpty();
  }

  @Test
  void givesFinalizersTheirTurnWhenKilled() throws IOException {
    task(
        "{\"name\": \"a\", \"cmdline\": \"sleep 1003\"},"
            + " {\"name\": \"fin\", \"cmdline\": \"echo fin\", \"final\": true}",
        "");
    Process runner = bench.start();
    bench.awaitState("a", ProcessState.RUNNING, 1);
    RunnerBench.signal(runner, "USR1");

    assertThat(bench.exitOf(runner)).isZero();

    assertThat(bench.taskStates())
        .containsExactly(
            TaskState.ACTIVE, TaskState.CLEANING, TaskState.FINALIZING, TaskState.KILLED);
    assertThat(bench.log("fin", 0, "stdout")).isEqualTo("fin\n");
  }

  @Test
  void remembersThatTheTaskIsBeingKilledWhenItIsKilledItself() throws IOException {
    // The process obeys slowly enough for the runner to be killed between SIGTERM and its end.
    task(
        "{\"name\": \"a\", \"cmdline\": \"trap 'echo asked; until [ -e leave ]; do sleep 0.05; done;"
            + " exit 0' TERM; echo ready; while :; do sleep 0.05; done\"},"
            + " {\"name\": \"fin\", \"cmdline\": \"echo fin\", \"final\": true}",
        "");
    Process runner = bench.start();
    bench.awaitLog("a", "ready");
    RunnerBench.signal(runner, "USR1");
    bench.awaitLog("a", "asked");
    RunnerBench.signal(runner, "KILL");
    bench.exitOf(runner);
    Files.createFile(bench.sandbox.resolve("leave"));

    assertThat(bench.run()).as(bench.toString()).isZero();

    assertThat(bench.taskStates()).endsWith(TaskState.FINALIZING, TaskState.KILLED);
    assertThat(bench.log("fin", 0, "stdout")).isEqualTo("fin\n");
  }

  @Test
  void killsWhatADeadCoordinatorLeftThoughOnlyItsOwnStreamTellsOfIt() throws IOException {
    task("{\"name\": \"a\", \"cmdline\": \"[ -e left ] || { touch left; sleep 1005; }\"}", "");
    Process runner = bench.start();
    bench.awaitState("a", ProcessState.RUNNING, 1);
    bench.await("the command runs", () -> Files.exists(bench.sandbox.resolve("left")));
    RunnerBench.signal(runner, "KILL");
    bench.exitOf(runner);
    RunnerBench.signal(bench.coordinatorOf("a"), "KILL");
    forgetAllAfterWaiting();

    assertThat(bench.run()).as(bench.toString()).isZero();

    assertThat(bench.processStates().get("a"))
        .containsExactly(
            ProcessState.WAITING,
            ProcessState.FORKED,
            ProcessState.RUNNING,
            ProcessState.LOST,
            ProcessState.WAITING,
            ProcessState.FORKED,
            ProcessState.RUNNING,
            ProcessState.SUCCESS);
    assertThat(bench.processesInSandbox()).isEmpty();
  }

  /** As if the runner had been killed before it learned of FORKED. */
  private void forgetAllAfterWaiting() throws IOException {
    Path stream = bench.paths.runnerCheckpoint();
    try (RandomAccessFile file = new RandomAccessFile(stream.toFile(), "rw")) {
      long end = 0;
      for (int record = 0; record < 3; record++) { // ACTIVE, the header and WAITING
        file.seek(end);
        end += Integer.BYTES + file.readInt();
      }
      file.setLength(end);
    }
  }

  @Test
  void takesATaskOverOnlyToEndIt() throws IOException {
    task(
        "{\"name\": \"a\", \"cmdline\": \"sleep 1004\"}, {\"name\": \"b\", \"cmdline\": \"true\"}",
        ", \"constraints\": [{\"order\": [\"a\", \"b\"]}]");
    Process runner = bench.start();
    bench.awaitState("a", ProcessState.RUNNING, 1);
    RunnerBench.signal(runner, "KILL");
    bench.exitOf(runner);

    assertThat(bench.run("--stop=killed", "--kill-wait-secs=5")).as(bench.toString()).isZero();

    assertThat(bench.taskStates()).endsWith(TaskState.KILLED);
    assertThat(bench.processStates().get("a")).endsWith(ProcessState.KILLED);
    assertThat(bench.processStates()).doesNotContainKey("b");
    assertThat(bench.processesInSandbox()).isEmpty();
  }

  @Test
  void refusesAnEndThatItDoesNotKnow() throws IOException {
    task("{\"name\": \"a\", \"cmdline\": \"true\"}", "");
    refuses(
        ExitCode.USAGE, "cannot use --stop=done: it is not one of killed or lost", "--stop=done");
  }
}
