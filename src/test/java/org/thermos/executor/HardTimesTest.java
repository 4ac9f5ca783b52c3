package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.mesos.Protos.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.thermos.checkpoint.CheckpointLoader;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskHistory;

/** What an executor and its runner live through when the machine is not as they wish. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class HardTimesTest {
  /** Tools that the launchers call, but no java. */
  private static final List<String> TOOLS = List.of("dirname", "readlink", "rm", "uname");

  @TempDir Path directory;
  private Cluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory);
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
  }

  @Test
  void aFrozenRunnerMissesNothing() throws Exception {
    cluster.launch(
        """
        {"name": "frozen",
         "processes": [
           {"name": "a", "cmdline": "while [ ! -e go ]; do sleep 0.05; done"},
           {"name": "b", "cmdline": "while [ ! -e go ]; do sleep 0.05; done; echo b"},
           {"name": "c", "cmdline": "echo c"}],
         "constraints": [{"order": ["a", "c"]}, {"order": ["b", "c"]}],
         "resources": {"cpu": 1.0, "ram": 1048576, "disk": 1048576}}
        """);
    cluster.await(TaskState.TASK_RUNNING);
    // Or their checkpoints, which the frozen runner does not read, are ahead of its own.
    cluster.await("both are known to run", () -> isRunning("a") && isRunning("b"));
    ProcessHandle runner = cluster.process("RunnerProgram");
    signal("STOP", runner);
    cluster.touch("go");
    cluster.await("both have ended", () -> waiting() == 0);
    assertThat(runs("a")).extracting(ProcessStatus::state).containsOnly(ProcessState.RUNNING);
    signal("CONT", runner);

    assertThat(cluster.awaitEnd()).endsWith("TASK_FINISHED Task finished.");
    for (String process : List.of("a", "b", "c")) {
      assertThat(runs(process))
          .extracting(ProcessStatus::state)
          .containsExactly(ProcessState.SUCCESS);
    }
  }

  @Test
  void aKillReachesATaskWhoseRunnerIsFrozen() throws Exception {
    cluster.launch(
        BareTask.of("setsid sleep 1000 & touch ready; sleep 1000"), "--stop_timeout_in_secs=2");
    cluster.awaitFile("ready");
    cluster.await(TaskState.TASK_RUNNING);
    signal("STOP", cluster.process("RunnerProgram"));
    Instant begin = Instant.now();
    cluster.kill();
    cluster.await(TaskState.TASK_KILLING);
    cluster.next();
    Duration took = Duration.between(begin, Instant.now());

    assertThat(cluster.awaitEnd())
        .endsWith(
            "TASK_KILLED Instructed to kill task. It did not end in time. All its processes were"
                + " killed.");
    assertThat(took).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(20));
  }

  @Test
  void aRunnerIsStartedAgainOnTheJdkThatTookTheOldOnesPlace() throws Exception {
    Optional<Path> other = otherJdk();
    assumeTrue(other.isPresent(), "there is no other JDK of 17 or later in /usr/lib/jvm");
    Path jdk = launchOnReplaceableJdk();
    Files.delete(jdk);
    Files.createSymbolicLink(jdk, other.get());
    cluster.destroy("RunnerProgram");
    cluster.await("another runner has taken over", () -> controls() == 2);

    assertThat(executable(cluster.process("RunnerProgram"))).startsWith(other.get().toRealPath());
    cluster.touch("go");
    assertThat(cluster.awaitEnd()).endsWith("TASK_FINISHED Task finished.");
    assertThat(runs("p")).hasSize(1);
  }

  @Test
  void withoutAnyJdkATaskThatLosesItsRunnerEndsAndSaysWhy() throws Exception {
    Path jdk = launchOnReplaceableJdk();
    Files.delete(jdk);
    cluster.destroy("RunnerProgram");

    assertThat(cluster.awaitEnd())
        .endsWith(
            "TASK_LOST Runner died 2 times within a minute, at last it exited with 69: cannot find a"
                + " JVM: install JDK 17 or later, or set JAVA_HOME. All its processes were killed.");
  }

  @Test
  void theTaskFileIsFinishedForARunnerThatDiedTooEarlyToDoIt() throws Exception {
    Path stream = directory.resolve("stream");
    cluster.launch(BareTask.of("true"));
    cluster.awaitEnd();
    Files.copy(cluster.paths().runnerCheckpoint(), stream);
    cluster.close();

    cluster = new Cluster(Files.createDirectory(directory.resolve("second")));
    cluster
        .programs()
        .playRunner(
            "cd $MESOS_SANDBOX/checkpoints",
            "mkdir -p tasks/active",
            "echo {} > tasks/active/" + Cluster.TASK,
            "cat " + stream + " >> checkpoints/" + Cluster.TASK + "/runner",
            "kill -KILL $$");
    cluster.launch(BareTask.of("true"));

    assertThat(cluster.awaitEnd()).endsWith("TASK_FINISHED Task finished.");
    assertThat(cluster.paths().finishedTask()).exists();
    assertThat(cluster.paths().activeTask()).doesNotExist();
  }

  /** A task that waits for the file "go", on a JDK that a link leads to; returns the link. */
  private Path launchOnReplaceableJdk() throws Exception {
    Path jdk = directory.toRealPath().resolve("jdk");
    Files.createSymbolicLink(jdk, Path.of(System.getProperty("java.home")));
    Path tools = Files.createDirectory(directory.toRealPath().resolve("tools"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
    }
    cluster.programs().installLaunchers();
    cluster.fetch("export JAVA_HOME=" + jdk + " PATH=" + tools);
    cluster.launch(BareTask.of("while [ ! -e go ]; do /bin/sleep 0.05; done"));
    cluster.await(TaskState.TASK_RUNNING);
    return jdk;
  }

  private static Optional<Path> otherJdk() throws IOException {
    Path mine = Path.of(System.getProperty("java.home")).toRealPath();
    Path all = Path.of("/usr/lib/jvm");
    if (!Files.isDirectory(all)) {
      return Optional.empty();
    }
    try (Stream<Path> jdks = Files.list(all)) {
      return jdks.filter(jdk -> Files.isExecutable(jdk.resolve("bin/java")))
          .filter(jdk -> feature(jdk) >= 17 && !jdk.startsWith(mine))
          .filter(jdk -> feature(jdk) != Runtime.version().feature())
          .findFirst();
    }
  }

  /** The number of its version, as the JDK's own description tells it; 0 if it does not. */
  private static int feature(Path jdk) {
    try (Stream<String> lines = Files.lines(jdk.resolve("release"))) {
      return lines
          .filter(line -> line.startsWith("JAVA_VERSION="))
          .map(line -> line.replaceAll("JAVA_VERSION=\"([0-9]+).*", "$1"))
          .mapToInt(Integer::parseInt)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  private static Path executable(ProcessHandle process) throws IOException {
    return Path.of("/proc", Long.toString(process.pid()), "exe").toRealPath();
  }

  /** How many processes wait for the file "go". */
  private long waiting() {
    return cluster.processes().stream()
        .filter(process -> Cluster.commandLine(process).startsWith("/bin/bash -c while"))
        .count();
  }

  private long controls() {
    try {
      return history().statuses().stream()
          .mapToInt(org.thermos.checkpoint.TaskStatus::runnerPid)
          .distinct()
          .count();
    } catch (IOException e) {
      return 0;
    }
  }

  private boolean isRunning(String process) {
    try {
      return runs(process).stream().anyMatch(run -> run.state() == ProcessState.RUNNING);
    } catch (IOException e) {
      return false;
    }
  }

  private List<ProcessStatus> runs(String process) throws IOException {
    return history().runs(process);
  }

  private TaskHistory history() throws IOException {
    return CheckpointLoader.load(cluster.paths().runnerCheckpoint()).history();
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }
}
