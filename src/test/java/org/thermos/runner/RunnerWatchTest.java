package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.TaskState;
import org.thermos.process.InotifyLimit;
import org.thermos.process.ProcessEntry;
import org.thermos.process.ProcessTable;

/**
 * The kernel allows an account few inotify instances, and a machine may run more tasks than that: a
 * runner asks for one only when it takes a task over, and does without if it gets none.
 */
class RunnerWatchTest {
  @TempDir Path directory;
  private RunnerBench bench;

  @BeforeEach
  void setUp() throws IOException {
    bench = new RunnerBench(directory);
    bench.writeTask(
        "{\"name\": \"t\", \"processes\": [{\"name\": \"a\", \"cmdline\":"
            + " \"while [ ! -e go ]; do sleep 0.01; done\"},"
            + " {\"name\": \"b\", \"cmdline\": \"true\"}],"
            + " \"constraints\": [{\"order\": [\"a\", \"b\"]}],"
            + " \"resources\": {\"cpu\": 1.0, \"ram\": 1, \"disk\": 1}}");
  }

  @AfterEach
  void tearDown() throws IOException {
    bench.close();
  }

  @Test
  void watchesNothingUnlessItTakesATaskOver() throws IOException {
    Process first = bench.start();
    bench.await("it knows that a runs", () -> isRunning("a"));
    assertThat(InotifyLimit.instancesOf(brokerOf(first))).isZero();

    RunnerBench.signal(first, "KILL");
    bench.exitOf(first);
    Process second = bench.start();
    bench.awaitControl(second);
    int broker = brokerOf(second);
    bench.await("it watches what others started", () -> instancesOf(broker) == 1);

    Files.createFile(bench.sandbox.resolve("go"));
    assertThat(bench.exitOf(second)).isZero();
    assertThat(bench.taskStates()).endsWith(TaskState.SUCCESS);
  }

  @Test
  void runsATaskWithoutInotify() throws Exception {
    bench.launcher = InotifyLimit.none();
    Process runner = bench.start();
    bench.await("it knows that a runs", () -> isRunning("a"));

    Files.createFile(bench.sandbox.resolve("go"));
    assertThat(bench.exitOf(runner)).isZero();
    assertThat(bench.taskStates()).endsWith(TaskState.SUCCESS);
    assertThat(bench.runnerLog()).doesNotContain("inotify");
  }

  @Test
  void takesATaskOverWithoutInotifyAndSaysSo() throws Exception {
    Process first = bench.start();
    bench.awaitState("a", ProcessState.RUNNING, 1);
    RunnerBench.signal(first, "KILL");
    bench.exitOf(first);

    bench.launcher = InotifyLimit.none();
    Process second = bench.start();
    bench.awaitControl(second);
    bench.await("it knows that a runs", () -> isRunning("a"));
    Files.createFile(bench.sandbox.resolve("go"));

    assertThat(bench.exitOf(second)).isZero();
    assertThat(bench.taskStates()).endsWith(TaskState.SUCCESS);
    assertThat(bench.processStates().get("a"))
        .containsExactly(
            ProcessState.WAITING, ProcessState.FORKED, ProcessState.RUNNING, ProcessState.SUCCESS);
    assertThat(bench.runnerLog()).containsOnlyOnce("unable to watch directories by inotify: ");
  }

  private boolean isRunning(String process) {
    List<ProcessState> states = bench.processStates().getOrDefault(process, List.of());
    return states.contains(ProcessState.RUNNING);
  }

  private static long instancesOf(int pid) {
    try {
      return InotifyLimit.instancesOf(pid);
    } catch (IOException e) {
      return -1; // It has ended.
    }
  }

  private static int brokerOf(Process runner) throws IOException {
    return new ProcessTable()
        .all().stream()
            .filter(
                entry -> entry.parent() == runner.pid() && entry.name().equals("thermos-broker"))
            .map(ProcessEntry::identity)
            .findFirst()
            .orElseThrow()
            .pid();
  }
}
