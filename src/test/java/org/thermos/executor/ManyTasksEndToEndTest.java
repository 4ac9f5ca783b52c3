package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.mesos.Protos.TaskGroupInfo;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One executor with several tasks, or a group of them, as an agent starts it. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class ManyTasksEndToEndTest {
  private static final String STARTING = "TASK_STARTING";
  private static final String RUNNING =
      "TASK_RUNNING No health-check defined, task is assumed healthy.";
  private static final String FINISHED = "TASK_FINISHED Task finished.";
  private static final String KILLING = "TASK_KILLING Instructed to kill task.";
  private static final String KILLED = "TASK_KILLED Instructed to kill task.";
  private static final String SHUTTING_DOWN = "TASK_KILLING Told to shut down executor.";
  private static final String SHUT_DOWN = "TASK_KILLED Told to shut down executor.";

  /** Ends when the file "go" is there, with what it says. */
  private static final String WAITING =
      BareTask.of("pwd > where; while [ ! -e go ]; do sleep 0.05; done; exit $(cat go)");

  @TempDir Path directory;
  private Cluster cluster;

  @AfterEach
  void close() throws Exception {
    cluster.close();
  }

  @Test
  void everyTaskHasItsOwnSandboxRunnerAndUpdates() throws Exception {
    standBy("--max-tasks=3");
    List.of("a", "b", "c").forEach(this::launch);
    for (String task : List.of("a", "b", "c")) {
      cluster.await(task, TaskState.TASK_RUNNING);
      assertThat(awaitContent(cluster.taskSandbox(task).resolve("where")))
          .isEqualTo(cluster.taskSandbox(task).toString());
      assertThat(cluster.taskSandbox(task).resolveSibling("task.json")).exists();
    }
    assertThat(runners()).isEqualTo(3);

    launch("d");
    assertThat(cluster.await("d", TaskState.TASK_LOST).getMessage())
        .isEqualTo("This executor runs 3 tasks already, of at most 3: see --max-tasks.");
    kill("b");
    cluster.await("b", TaskState.TASK_KILLED);
    assertThat(runners()).isEqualTo(2);
    launch("e"); // There is room again.
    cluster.await("e", TaskState.TASK_RUNNING);
    go("a", 0);
    cluster.await("a", TaskState.TASK_FINISHED);
    go("c", 3);
    cluster.await("c", TaskState.TASK_FAILED);
    go("e", 0);
    cluster.await("e", TaskState.TASK_FINISHED);
    cluster.shutdown(); // It would wait for another task.

    assertEnded();
    assertThat(cluster.updatesOf("a")).containsExactly(STARTING, RUNNING, FINISHED);
    assertThat(cluster.updatesOf("b")).containsExactly(STARTING, RUNNING, KILLING, KILLED);
    assertThat(cluster.updatesOf("c"))
        .containsExactly(
            STARTING, RUNNING, "TASK_FAILED Task failed. Process p failed with exit code 3.");
    assertThat(cluster.updatesOf("d")).hasSize(1);
    assertThat(cluster.updatesOf("e")).containsExactly(STARTING, RUNNING, FINISHED);
  }

  @Test
  void aShutdownKillsAllAndTellsEachEndOnceWithinTheGrace() throws Exception {
    cluster = new Cluster(directory, Duration.ofSeconds(8));
    cluster.standBy("--max-tasks=3");
    for (String task : List.of("a", "b", "c")) {
      cluster.launchAnother(Cluster.task(task, BareTask.STUBBORN));
    }
    for (String task : List.of("a", "b", "c")) {
      cluster.await(task, TaskState.TASK_RUNNING);
      cluster.awaitFile(cluster.taskSandbox(task).resolve("ready"));
    }
    cluster.shutdown();

    assertEnded(); // by itself: the agent had no need to kill it
    for (String task : List.of("a", "b", "c")) {
      assertThat(cluster.updatesOf(task))
          .containsExactly(STARTING, RUNNING, SHUTTING_DOWN, SHUT_DOWN);
    }
  }

  @Test
  void withTheExecutorAllItsTasksEnd() throws Exception {
    standBy("--max-tasks=3");
    List.of("a", "b").forEach(this::launch);
    cluster.await("a", TaskState.TASK_RUNNING);
    cluster.await("b", TaskState.TASK_RUNNING);
    cluster.process("ExecutorProgram").destroyForcibly();

    cluster.await("a", TaskState.TASK_FAILED);
    cluster.await("b", TaskState.TASK_FAILED);
    for (String task : List.of("a", "b")) {
      assertThat(cluster.updatesOf(task))
          .containsExactly(STARTING, RUNNING, "TASK_FAILED (agent) Executor terminated");
    }
    cluster.awaitNothingLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--max-tasks=1", "--max-tasks=3"})
  void aTaskWhoseIdIsNoFileNameIsRefusedOnce(String flag) throws Exception {
    standBy(flag);
    List<String> ids = List.of("a/b", "..", "x".repeat(256));
    for (String id : flag.endsWith("1") ? ids.subList(0, 1) : ids) {
      inject(Cluster.task(id, WAITING));
      TaskStatus refused = cluster.next();
      assertThat(refused.getTaskId().getValue()).isEqualTo(id);
      assertThat(refused.getState()).isEqualTo(TaskState.TASK_FAILED);
      assertThat(refused.getReason()).isEqualTo(TaskStatus.Reason.REASON_TASK_INVALID);
      assertThat(refused.getMessage())
          .startsWith("Could not deserialize task. Cannot use the task id ");
    }
    if (flag.endsWith("3")) {
      launch("good");
      cluster.await("good", TaskState.TASK_RUNNING);
      go("good", 0);
      cluster.await("good", TaskState.TASK_FINISHED);
      cluster.shutdown();
      assertThat(cluster.updatesOf("good")).containsExactly(STARTING, RUNNING, FINISHED);
    }

    assertEnded();
    for (String id : ids) {
      assertThat(cluster.updatesOf(id)).hasSizeLessThan(2);
    }
  }

  @Test
  void aGroupGoesOnWithoutAMemberThatFinished() throws Exception {
    launchGroup(waiting("a", "b"));
    go("a", 0);
    cluster.await("a", TaskState.TASK_FINISHED);
    assertThat(runners()).isEqualTo(1);
    go("b", 0);

    assertEnded();
    assertThat(cluster.updatesOf("a")).containsExactly(STARTING, RUNNING, FINISHED);
    assertThat(cluster.updatesOf("b")).containsExactly(STARTING, RUNNING, FINISHED);
  }

  @Test
  void aGroupEndsWithAMemberThatFailed() throws Exception {
    launchGroup(waiting("a", "b", "c"));
    go("b", 7);

    assertEnded();
    assertThat(cluster.updatesOf("b"))
        .containsExactly(
            STARTING, RUNNING, "TASK_FAILED Task failed. Process p failed with exit code 7.");
    for (String other : List.of("a", "c")) {
      assertThat(cluster.updatesOf(other))
          .containsExactly(
              STARTING,
              RUNNING,
              "TASK_KILLING Task b of the same group is FAILED.",
              "TASK_KILLED Task b of the same group is FAILED.");
    }
  }

  @Test
  void theKillOfOneMemberKillsTheGroup() throws Exception {
    launchGroup(waiting("a", "b"));
    kill("a");

    assertEnded();
    assertThat(cluster.updatesOf("a")).containsExactly(STARTING, RUNNING, KILLING, KILLED);
    assertThat(cluster.updatesOf("b"))
        .containsExactly(
            STARTING,
            RUNNING,
            "TASK_KILLING Task a of the same group is KILLED.",
            "TASK_KILLED Task a of the same group is KILLED.");
  }

  @Test
  void noMemberRunsWhenOneCannotBeDecoded() throws Exception {
    TaskInfo[] tasks = waiting("a", "b", "c");
    tasks[1] = Cluster.task("b", "\u0001 not thrift");
    cluster = new Cluster(directory);
    cluster.launch(group(tasks));

    assertEnded();
    assertThat(cluster.updatesOf("b"))
        .singleElement()
        .asString()
        .startsWith("TASK_FAILED Could not");
    assertThat(cluster.updatesOf("a"))
        .containsExactly(STARTING, "TASK_KILLED Task killed during initialization.");
    assertThat(cluster.updatesOf("c"))
        .containsExactly("TASK_KILLED Task b of the same group is FAILED.");
    for (String task : List.of("a", "b", "c")) {
      assertThat(cluster.taskSandbox(task).resolve("where")).doesNotExist();
    }
  }

  private void standBy(String... flags) throws Exception {
    cluster = new Cluster(directory);
    cluster.standBy(flags);
  }

  private void launchGroup(TaskInfo... tasks) throws Exception {
    cluster = new Cluster(directory);
    cluster.launch(group(tasks));
    for (TaskInfo task : tasks) {
      cluster.await(task.getTaskId().getValue(), TaskState.TASK_RUNNING);
      awaitContent(cluster.taskSandbox(task.getTaskId().getValue()).resolve("where"));
    }
  }

  private static TaskGroupInfo group(TaskInfo... tasks) {
    return TaskGroupInfo.newBuilder().addAllTasks(Arrays.asList(tasks)).build();
  }

  private static TaskInfo[] waiting(String... ids) {
    return Stream.of(ids).map(id -> Cluster.task(id, WAITING)).toArray(TaskInfo[]::new);
  }

  private void launch(String task) {
    cluster.launchAnother(Cluster.task(task, WAITING));
  }

  /** Past the agent, which takes no such ids. */
  private void inject(TaskInfo task) {
    cluster
        .agent()
        .interfere()
        .inject(
            Cluster.EXECUTOR,
            Event.newBuilder()
                .setType(Event.Type.LAUNCH)
                .setLaunch(Event.Launch.newBuilder().setTask(task))
                .build());
  }

  private void kill(String task) {
    cluster.agent().kill(TaskID.newBuilder().setValue(task).build());
  }

  private void go(String task, int exitCode) throws Exception {
    Path draft = cluster.taskSandbox(task).resolve("draft");
    Files.writeString(draft, Integer.toString(exitCode));
    Files.move(draft, draft.resolveSibling("go"));
  }

  private String awaitContent(Path file) throws Exception {
    cluster.await(file + " is written", () -> file.toFile().length() > 0);
    return Files.readString(file).strip();
  }

  private long runners() {
    return cluster.processes().stream()
        .filter(process -> Cluster.commandLine(process).contains(" --thermos_json="))
        .filter(process -> !Cluster.commandLine(process).startsWith("/bin/sh"))
        .count();
  }

  private void assertEnded() throws Exception {
    cluster.awaitExit(ExecutorExit.DONE);
    cluster.awaitNothingLeft();
  }
}
