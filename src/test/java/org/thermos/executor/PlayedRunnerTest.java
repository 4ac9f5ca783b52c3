package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.mesos.Protos.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.RecordLog;
import org.thermos.checkpoint.RunnerHeader;
import org.thermos.checkpoint.TaskStatus;

/** What the executor does with runners that do what a real one hardly ever does. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class PlayedRunnerTest {
  private static final String CHECKPOINT =
      "$MESOS_SANDBOX/checkpoints/checkpoints/" + Cluster.TASK + "/runner";

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
  void theCauseOfAnInvalidTaskIsTold() throws Exception {
    play("echo 'Process p has no name.' > $MESOS_SANDBOX/thermos_runner.failure", "exit 102");

    assertThat(cluster.awaitEnd())
        .containsExactly(
            "TASK_STARTING",
            "TASK_FAILED Task initialization failed: Task failed: Thermos received an invalid"
                + " task. Process p has no name.");
  }

  @Test
  void aRunnerThatKeepsFailingIsGivenUp() throws Exception {
    play("echo run >> $MESOS_SANDBOX/runs", "exit 103");

    assertThat(cluster.awaitEnd())
        .containsExactly(
            "TASK_STARTING",
            "TASK_FAILED Task initialization failed: Task failed: Thermos failed with an unknown"
                + " error.");
    assertThat(cluster.mesosDirectory().resolve("runs")).content().hasLineCount(4);
  }

  @Test
  void aRunnerThatObeysNothingIsKilledWithItsTask() throws Exception {
    impatient(
        "trap '' USR1 USR2 TERM",
        // In a session of its own, which the agent would leave alone.
        "setsid sh -c \"trap '' TERM; while true; do sleep 1; done\" &",
        "cat " + running() + " >> " + CHECKPOINT,
        "while true; do sleep 1; done");
    cluster.await(TaskState.TASK_RUNNING);
    cluster.kill();

    assertThat(cluster.awaitEnd())
        .endsWith(
            "TASK_KILLED Instructed to kill task. It did not end in time. All its processes were"
                + " killed.");
  }

  @Test
  void aTaskWithoutItsRunnerIsLost() throws Exception {
    play("cat " + running() + " >> " + CHECKPOINT, "exit 0");

    assertThat(cluster.awaitEnd())
        .endsWith("TASK_LOST Runner died while task was active. All its processes were killed.");
  }

  @Test
  void aKillBeforeTheRunnerListensIsKept() throws Exception {
    play(
        "touch $MESOS_SANDBOX/started",
        "while [ ! -e $MESOS_SANDBOX/go ]; do sleep 0.1; done",
        "trap 'cat " + killed() + " >> " + CHECKPOINT + "; exit 0' USR1",
        "cat " + running() + " >> " + CHECKPOINT,
        "while true; do sleep 0.1; done");
    cluster.awaitFile(cluster.mesosDirectory().resolve("started"));
    cluster.kill();
    cluster.await(TaskState.TASK_KILLING);
    Files.createFile(cluster.mesosDirectory().resolve("go"));

    assertThat(cluster.awaitEnd())
        .containsExactly(
            "TASK_STARTING",
            "TASK_KILLING Instructed to kill task.",
            "TASK_KILLED Instructed to kill task.");
  }

  private void play(String... lines) throws Exception {
    cluster.programs().playRunner(lines);
    cluster.launch(BareTask.of("true"));
  }

  /** With an executor that soon kills what does not end. */
  private void impatient(String... lines) throws Exception {
    cluster.programs().playRunner(lines);
    cluster.launch(BareTask.of("true"), "--stop_timeout_in_secs=4");
  }

  /** A checkpoint of a task whose only process runs. */
  private Path running() throws Exception {
    Path file = Files.createFile(directory.resolve("running"));
    try (RecordLog log = RecordLog.open(file, 0)) {
      log.append(
          List.of(
              status(org.thermos.checkpoint.TaskState.ACTIVE),
              new RunnerHeader(
                  Cluster.TASK,
                  Instant.EPOCH,
                  directory,
                  "host",
                  "nobody",
                  Map.of(),
                  Optional.empty(),
                  OptionalInt.empty()),
              ProcessStatus.waiting(0, "p"),
              ProcessStatus.forked(1, "p", Integer.MAX_VALUE, Instant.EPOCH),
              ProcessStatus.running(2, "p", Integer.MAX_VALUE, Instant.EPOCH)));
    }
    return file;
  }

  private Path killed() throws Exception {
    Path file = Files.createFile(directory.resolve("killed"));
    try (RecordLog log = RecordLog.open(file, 0)) {
      log.append(
          List.of(
              status(org.thermos.checkpoint.TaskState.CLEANING),
              status(org.thermos.checkpoint.TaskState.KILLED)));
    }
    return file;
  }

  private static TaskStatus status(org.thermos.checkpoint.TaskState state) {
    return new TaskStatus(state, Instant.EPOCH, 1, 0);
  }
}
