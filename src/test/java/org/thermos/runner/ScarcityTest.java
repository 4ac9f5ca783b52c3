package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.TaskState;

/** A runner from which the system takes something while its task runs. */
@Execution(ExecutionMode.CONCURRENT)
class ScarcityTest {
  private static final String TWO_IN_A_ROW =
      "{\"name\": \"t\", \"processes\": ["
          + "{\"name\": \"a\", \"cmdline\": \"until [ -e go ]; do sleep 0.02; done\"},"
          + "{\"name\": \"b\", \"cmdline\": \"echo b\"}],"
          + " \"constraints\": [{\"order\": [\"a\", \"b\"]}],"
          + " \"resources\": {\"cpu\": 1.0, \"ram\": 1, \"disk\": 1}}";

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

  private Process startWithOneRunning() throws IOException {
    bench.writeTask(TWO_IN_A_ROW);
    Process runner = bench.start();
    bench.awaitState("a", ProcessState.RUNNING, 1);
    bench.await("the runner has it too", () -> bench.records().size() == 5);
    return runner;
  }

  /** Changes a soft limit of a running process, and of no other. */
  private static void limit(Process process, String limit) throws IOException {
    Process prlimit =
        new ProcessBuilder("prlimit", "--pid", Long.toString(process.pid()), limit)
            .inheritIO()
            .start();
    try {
      assertThat(prlimit.waitFor()).isZero();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** From now on the runner can add nothing to its stream, as on a full disk. */
  private void takeTheDisk(Process runner) throws IOException {
    limit(runner, "--fsize=" + Files.size(bench.paths.runnerCheckpoint()) + ":");
  }

  @Test
  void beginsNothingWhileItCannotWriteAndGoesOnAfterwards() throws IOException {
    Process runner = startWithOneRunning();
    takeTheDisk(runner);
    Files.createFile(bench.sandbox.resolve("go"));
    bench.awaitState("a", ProcessState.SUCCESS, 1);
    bench.await(
        "the runner has tried to write",
        () -> bench.runnerLog().contains("nothing new is begun until it can be written"));
    assertThat(bench.records()).hasSize(5);

    limit(runner, "--fsize=unlimited:");

    assertThat(bench.exitOf(runner)).as(bench.toString()).isZero();
    assertThat(bench.taskStates()).endsWith(TaskState.SUCCESS);
    assertThat(bench.processStates())
        .allSatisfy(
            (process, states) -> assertThat(states).hasSize(4).endsWith(ProcessState.SUCCESS));
    assertThat(bench.runnerLog()).contains("File too large").contains("can be written again");
  }

  @Test
  void endsTheTaskWhenToldThoughItCannotWriteAndTheNextOneRecordsIt() throws IOException {
    Process runner = startWithOneRunning();
    takeTheDisk(runner);
    RunnerBench.signal(runner, "USR1");

    assertThat(bench.exitOf(runner)).isEqualTo(ExitCode.UNKNOWN_ERROR.code());
    assertThat(Files.readString(directory.resolve("stderr")))
        .contains(
            "the task was told to end and nothing of it is alive, but that cannot be recorded")
        .contains("File too large");
    assertThat(bench.processesInSandbox()).isEmpty();
    assertThat(bench.taskStates()).containsExactly(TaskState.ACTIVE);

    assertThat(bench.run()).as(bench.toString()).isZero();
    assertThat(bench.taskStates()).endsWith(TaskState.KILLED);
    assertThat(bench.processStates().get("a")).endsWith(ProcessState.KILLED);
    assertThat(bench.processStates()).doesNotContainKey("b");
  }

  /** As it is installed: classes in a directory would each need a descriptor to be loaded. */
  private void useAnArchiveOfClasses() throws Exception {
    Path classes =
        Path.of(RunnerProgram.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path archive = directory.resolve("thermos.jar");
    Process jar =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jar").toString(),
                "--create",
                "--no-compress",
                "--file=" + archive,
                "-C",
                classes.toString(),
                "org")
            .inheritIO()
            .start();
    assertThat(jar.waitFor()).isZero();
    bench.classPath = bench.classPath.replace(classes.toString(), archive.toString());
  }

  @Test
  void leavesWhenItHasNoDescriptorsLeftAndTheNextOneGoesOn() throws Exception {
    useAnArchiveOfClasses();
    Process runner = startWithOneRunning();
    limit(runner, "--nofile=0:");
    Files.createFile(bench.sandbox.resolve("go"));

    assertThat(bench.exitOf(runner)).isEqualTo(ExitCode.UNKNOWN_ERROR.code());
    assertThat(Files.readString(directory.resolve("stderr")))
        .contains("cannot run task bench: ")
        .contains("Too many open files");

    assertThat(bench.run()).as(bench.toString()).isZero();
    assertThat(bench.taskStates()).endsWith(TaskState.SUCCESS);
    assertThat(bench.processStates().get("a"))
        .as("taken over, not run again")
        .containsExactly(
            ProcessState.WAITING, ProcessState.FORKED, ProcessState.RUNNING, ProcessState.SUCCESS);
  }
}
