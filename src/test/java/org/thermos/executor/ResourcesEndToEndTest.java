package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.Resource;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.Protos.TaskStatus.Reason;
import org.apache.mesos.Protos.Value;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.resources.MemoryGroup;

/** Tasks that use more than they have, with the real executor. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class ResourcesEndToEndTest {
  /** Enough for the executor and its runner, and soon used up by a hog. */
  private static final long MEMORY = 256L << 20;

  private static final String DISK_EXCEEDED =
      "Disk limit exceeded\\.  Reserved 4194304 bytes vs used ([0-9]+) bytes\\.";

  private static final String OUT_OF_MEMORY =
      "was killed for lack of memory \\(limit 256 MB(, peak 2[0-9]{2} MB)?\\)\\.";

  @TempDir Path directory;
  private Cluster cluster;
  private MemoryGroup group;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory);
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
    if (group != null) {
      group.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "head -c 9000000 /dev/zero > big; sleep 1000",
        "head -c 9000000 /dev/zero; sleep 1000", // to the log
        "mkdir -p a/b; for i in 1 2 3 4 5 6 7 8 9; do head -c 1000000 /dev/zero > a/b/$i; done;"
            + " sleep 1000",
      })
  void aTaskThatUsesMoreDiskThanItHasFails(String commandLine) throws Exception {
    cluster.launch(
        """
        {"name": "t", "processes": [{"name": "p", "cmdline": "%s"}],
         "resources": {"cpu": 1.0, "ram": 1048576, "disk": 4194304}}
        """
            .formatted(commandLine));
    cluster.await(TaskState.TASK_RUNNING);
    long begin = System.nanoTime();
    TaskStatus end = cluster.next();

    assertThat(end.getState()).isEqualTo(TaskState.TASK_FAILED);
    assertThat(end.getMessage()).matches(DISK_EXCEEDED);
    assertThat(end.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_DISK);
    // The original looks once a minute.
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(50));
    assertThat(cluster.awaitEnd()).hasSize(3); // and nothing of it is alive
  }

  @Test
  void aCommandIsHeldToTheDiskOfItsLaunch() throws Exception {
    cluster.launch(
        Cluster.task(
                "t",
                CommandInfo.newBuilder().setValue("head -c 9000000 /dev/zero > big; sleep 1000"))
            .addResources(
                Resource.newBuilder()
                    .setName("disk")
                    .setType(Value.Type.SCALAR)
                    .setScalar(Value.Scalar.newBuilder().setValue(4)))
            .build());

    assertThat(cluster.await(TaskState.TASK_FAILED).getMessage()).matches(DISK_EXCEEDED);
    assertThat(cluster.awaitEnd()).hasSize(3);
  }

  @Test
  void theDiskOfOneTaskIsNotThatOfAnother() throws Exception {
    cluster.standBy("--max-tasks=2");
    for (String task : List.of("small", "big")) {
      cluster.launchAnother(
          Cluster.task(
              task,
              """
              {"name": "t", "processes": [
                {"name": "p", "cmdline": "test {{thermos.task_id}} = small || head -c 9000000 /dev/zero > big; while [ ! -e go ]; do sleep 0.05; done"}],
               "resources": {"cpu": 1.0, "ram": 1048576, "disk": 4194304}}
              """));
    }
    assertThat(cluster.await("big", TaskState.TASK_FAILED).getMessage()).matches(DISK_EXCEEDED);
    cluster.await("small", TaskState.TASK_RUNNING);
    Files.createFile(cluster.taskSandbox("small").resolve("go"));
    cluster.await("small", TaskState.TASK_FINISHED);
    cluster.shutdown();
    cluster.awaitExit(ExecutorExit.DONE);

    assertThat(cluster.updatesOf("small")).hasSize(3);
    assertThat(cluster.updatesOf("big")).hasSize(3);
  }

  @Test
  void aShellWhoseProgramWasKilledForLackOfMemorySaysSo() throws Exception {
    launchInGroup("tail /dev/zero; exit $?", 5);
    TaskStatus end = cluster.await(TaskState.TASK_FAILED);

    assertThat(end.getMessage()).matches("Task failed\\. Process hog " + OUT_OF_MEMORY);
    assertThat(end.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
    assertThat(cluster.awaitEnd()).hasSize(3);
  }

  /** What a signal has ended is begun again, a hundred times at most: here the last one matters. */
  @Test
  void aProcessThatWasKilledForLackOfMemoryIsNamed() throws Exception {
    launchInGroup(
        "echo >> runs; [ $(wc -l < runs) = 100 ] || kill -KILL $$; exec tail /dev/zero", 0);
    TaskStatus end = cluster.await(TaskState.TASK_FAILED);

    assertThat(end.getMessage())
        .matches("Task failed\\. Process hog \\(run 99\\) " + OUT_OF_MEMORY);
    assertThat(end.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
    assertThat(cluster.awaitEnd()).hasSize(3);
    assertThat(cluster.log()).containsPattern("INFO Process hog \\(run 99\\) " + OUT_OF_MEMORY);
  }

  @Test
  void aRunnerThatWasKilledForLackOfMemoryIsNamedAndFollowedByAnother() throws Exception {
    launchInGroup("while [ ! -e go ]; do sleep 0.05; done; tail /dev/zero; exit $?", 5);
    cluster.await(TaskState.TASK_RUNNING);
    Path runner = Path.of("/proc", Long.toString(cluster.process("RunnerProgram").pid()));
    Files.writeString(runner.resolve("oom_score_adj"), "1000");
    cluster.touch("go");
    TaskStatus end = cluster.await(TaskState.TASK_FAILED);

    assertThat(cluster.log())
        .containsPattern("The runner was killed by signal 9: The runner " + OUT_OF_MEMORY);
    assertThat(end.getMessage()).matches("Task failed\\. Process hog " + OUT_OF_MEMORY);
    assertThat(end.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
    assertThat(cluster.awaitEnd()).hasSize(3);
  }

  private void launchInGroup(String commandLine, int minimumDuration) throws Exception {
    group = MemoryGroup.make(MEMORY);
    cluster.fetch(group.enter());
    cluster.launch(
        """
        {"name": "t",
         "processes": [{"name": "hog", "cmdline": "%s", "min_duration": %d}],
         "resources": {"cpu": 1.0, "ram": 1048576, "disk": 104857600}}
        """
            .formatted(commandLine, minimumDuration));
  }
}
