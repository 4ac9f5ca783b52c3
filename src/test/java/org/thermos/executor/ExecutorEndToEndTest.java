package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The executor as an agent starts it, over real sockets, with a real runner. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class ExecutorEndToEndTest {
  private static final String NO_CHECK = "No health-check defined, task is assumed healthy.";

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
  void aTaskFinishes() throws Exception {
    cluster.launch(BareTask.of("echo hello"));

    assertThat(cluster.awaitEnd())
        .containsExactly(
            "TASK_STARTING", "TASK_RUNNING " + NO_CHECK, "TASK_FINISHED Task finished.");
    assertThat(cluster.paths().finishedTask()).exists();
    assertThat(cluster.file(".logs/p/0/stdout")).hasContent("hello");
  }

  @Test
  void aTaskFails() throws Exception {
    cluster.launch(BareTask.of("exit 3"));

    assertThat(cluster.awaitEnd())
        .containsExactly(
            "TASK_STARTING",
            "TASK_RUNNING " + NO_CHECK,
            "TASK_FAILED Task failed. Process p failed with exit code 3.");
  }

  @Test
  void aTaskIsKilled() throws Exception {
    cluster.launch(BareTask.of("sleep 1000"));
    cluster.await(TaskState.TASK_RUNNING);
    cluster.kill();

    assertThat(cluster.awaitEnd())
        .containsExactly(
            "TASK_STARTING",
            "TASK_RUNNING " + NO_CHECK,
            "TASK_KILLING Instructed to kill task.",
            "TASK_KILLED Instructed to kill task.");
  }

  @Test
  void aTaskIsLostWhenItsRunnerIsToldSo() throws Exception {
    cluster.launch(BareTask.of("sleep 1000"));
    cluster.await(TaskState.TASK_RUNNING);
    signal("USR2", cluster.process("RunnerProgram"));

    assertThat(cluster.awaitEnd()).endsWith("TASK_LOST Task lost.");
  }

  @Test
  void aStubbornTaskEndsWithinTheAgentsGrace() throws Exception {
    cluster.launch(BareTask.STUBBORN);
    cluster.awaitFile("ready");
    cluster.shutdown();

    assertThat(cluster.awaitEnd()).endsWith("TASK_KILLED Told to shut down executor.");
  }

  @Test
  void aTaskThatOutlivesItsRunnerIsAdopted() throws Exception {
    cluster.launch(BareTask.of("while [ ! -e go ]; do sleep 0.1; done; echo done"));
    cluster.await(TaskState.TASK_RUNNING);
    cluster.destroy("RunnerProgram");
    cluster.touch("go");

    assertThat(cluster.awaitEnd())
        .containsExactly(
            "TASK_STARTING", "TASK_RUNNING " + NO_CHECK, "TASK_FINISHED Task finished.");
    assertThat(cluster.file(".logs/p/0/stdout")).hasContent("done");
    assertThat(cluster.file(".logs/p/1")).doesNotExist();
  }

  @Test
  void aRunnerThatDiesInAKillIsFollowedByOneThatKillsAsGently() throws Exception {
    cluster.launch(
        BareTask.of(
            "trap 'touch asked; until [ -e leave ]; do sleep 0.1; done; echo left; exit 0' TERM;"
                + " touch ready; while true; do sleep 0.1; done"));
    cluster.awaitFile("ready");
    cluster.await(TaskState.TASK_RUNNING);
    ProcessHandle runner = cluster.process("RunnerProgram");
    cluster.kill();
    cluster.await(TaskState.TASK_KILLING);
    cluster.awaitFile("asked");
    runner.destroyForcibly();
    runner.onExit().get();
    cluster.touch("leave");

    assertThat(cluster.awaitEnd()).endsWith("TASK_KILLED Instructed to kill task.");
    assertThat(cluster.file(".logs/p/0/stdout")).hasContent("left");
  }

  @Test
  void processesAreRelayed() throws Exception {
    cluster.launch(BareTask.of("exit 3"), "--relay=process");
    cluster.await(TaskState.TASK_RUNNING);
    TaskStatus waiting = cluster.next();
    assertThat(waiting.getMessage()).isEqualTo("process p run 0 is WAITING");
    assertThat(waiting.getData().toStringUtf8())
        .isEqualTo("{\"process\":\"p\",\"run\":0,\"state\":\"WAITING\",\"seq\":0}");

    List<String> updates = cluster.awaitEnd();
    assertThat(updates).hasSize(7);
    assertThat(updates.get(3))
        .startsWith("TASK_RUNNING process p run 0 is FORKED (coordinator pid");
    assertThat(updates.get(4)).startsWith("TASK_RUNNING process p run 0 is RUNNING (pid");
    assertThat(updates.get(5)).isEqualTo("TASK_RUNNING process p run 0 is FAILED (exit code 3)");
    assertThat(updates.get(6))
        .isEqualTo("TASK_FAILED Task failed. Process p failed with exit code 3.");
  }

  @Test
  void aSecondTaskIsLost() throws Exception {
    cluster.launch(BareTask.of("sleep 1000"));
    cluster.await(TaskState.TASK_RUNNING);
    cluster.launchAnother("another");
    TaskStatus lost = cluster.next();
    assertThat(lost.getTaskId().getValue()).isEqualTo("another");
    assertThat(lost.getState()).isEqualTo(TaskState.TASK_LOST);
    assertThat(lost.getMessage())
        .isEqualTo("Task already running on this executor: " + Cluster.TASK);
    cluster.kill();
    cluster.await(TaskState.TASK_KILLED);

    assertThat(cluster.awaitEnd()).endsWith("TASK_KILLED Instructed to kill task.");
  }

  @Test
  void anExecutorThatIsTerminatedEndsItsTask() throws Exception {
    cluster.launch(BareTask.of("sleep 1000"));
    cluster.await(TaskState.TASK_RUNNING);
    signal("TERM", cluster.process("ExecutorProgram"));

    assertThat(cluster.awaitEnd()).endsWith("TASK_KILLED Told to shut down executor.");
  }

  @Test
  void anExecutorThatCannotGoOnSaysSoAndLeavesNothing() throws Exception {
    cluster.launch(BareTask.of("sleep 1000"));
    cluster.await(TaskState.TASK_RUNNING);
    // Its hands: without them it can neither watch nor signal.
    ProcessHandle broker =
        cluster
            .process("ExecutorProgram")
            .children()
            .filter(child -> !child.info().command().orElse("").endsWith("/java"))
            .filter(child -> cluster.processes().contains(child))
            .findFirst()
            .orElseThrow();
    broker.destroyForcibly();

    assertThat(cluster.awaitEnd(ExecutorExit.INTERNAL_ERROR)) // gaps 9.3 #33
        .endsWith("TASK_FAILED Internal error: the broker is gone");
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }
}
