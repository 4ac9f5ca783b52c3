package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.mesos.Protos.DurationInfo;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.KillPolicy;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.agent.Acknowledging;
import org.thermos.agent.Timeouts;
import org.thermos.agent.Wire;

/** What an executor lives through with its agent, and that a scheduler sees each end once. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
final class AgentLifeTest {
  /** Patient with machines that have other things to do. */
  private static final Timeouts USUAL =
      Timeouts.DEFAULTS
          .withShutdownGrace(Duration.ofSeconds(20))
          .withReregistration(Duration.ofSeconds(5));

  /** What such a machine may add to a time, far below the times that would be waited in vain. */
  private static final Duration DELAY = Duration.ofSeconds(30);

  private static final String STARTING = "TASK_STARTING";
  private static final String RUNNING =
      "TASK_RUNNING No health-check defined, task is assumed healthy.";
  private static final String FINISHED = "TASK_FINISHED Task finished.";
  private static final String KILLING = "TASK_KILLING Instructed to kill task.";
  private static final String KILLED = "TASK_KILLED Instructed to kill task.";
  private static final String SHUT_DOWN = "TASK_KILLED Told to shut down executor.";
  private static final String TERMINATED = "TASK_FAILED (agent) Executor terminated";

  /** Ends when the file "go" is there. */
  private static final String WAITING = BareTask.of("while [ ! -e go ]; do sleep 0.05; done");

  @TempDir Path directory;
  private Cluster cluster;

  @AfterEach
  void close() throws Exception {
    cluster.close();
  }

  @Test
  void aTaskOutlivesARestartOfTheAgent() throws Exception {
    run(WAITING, USUAL, Cluster.FRAMEWORK);
    cluster.agent().stop();
    cluster.agent().restart();
    cluster.awaitSubscription();
    cluster.touch("go");

    assertThat(cluster.awaitEnd()).containsExactly(STARTING, RUNNING, FINISHED);
  }

  @Test
  void withoutCheckpointingTheTaskEndsWithTheAgent() throws Exception {
    run(WAITING, USUAL, Cluster.FRAMEWORK.toBuilder().setCheckpoint(false).build());
    cluster.agent().stop();
    cluster.awaitExit(ExecutorExit.DONE);
    cluster.awaitNothingLeft();
    cluster.agent().restart();

    assertThat(cluster.updatesSoFar())
        .containsExactly(STARTING, RUNNING, "TASK_LOST (agent) Agent localhost disconnected");
  }

  @Test
  void anAgentThatIsAwayForTooLongLosesTheExecutor() throws Exception {
    // It is also the limit of the first subscription.
    run(WAITING, USUAL.withRecovery(Duration.ofSeconds(6)), Cluster.FRAMEWORK);
    cluster.agent().stop();
    cluster.awaitExit(ExecutorExit.DONE);
    cluster.awaitNothingLeft();
    cluster.agent().restart();

    assertThat(cluster.await(TaskState.TASK_FAILED).getReason())
        .isEqualTo(TaskStatus.Reason.REASON_EXECUTOR_TERMINATED);
    assertThat(cluster.updatesSoFar()).containsExactly(STARTING, RUNNING, TERMINATED);
  }

  @Test
  void anExecutorThatIsUnsubscribedByForceSubscribesAgain() throws Exception {
    run(WAITING, USUAL, Cluster.FRAMEWORK);
    cluster.agent().interfere().unsubscribe(Cluster.EXECUTOR);
    cluster.awaitSubscription();
    cluster.touch("go");

    assertThat(cluster.awaitEnd()).containsExactly(STARTING, RUNNING, FINISHED);
  }

  @Test
  void anExecutorThatIsNotLetInAgainEndsWithItsTask() throws Exception {
    run(WAITING, USUAL, Cluster.FRAMEWORK);
    cluster.agent().interfere().ban(Cluster.EXECUTOR);
    cluster.awaitExit(ExecutorExit.AGENT_LOST);
    cluster.awaitNothingLeft();

    cluster.await(TaskState.TASK_FAILED);
    assertThat(cluster.updatesSoFar()).containsExactly(STARTING, RUNNING, TERMINATED);
  }

  @Test
  void acknowledgementsMayComeTwice() throws Exception {
    standBy();
    cluster.agent().interfere().acknowledge(Cluster.EXECUTOR, Acknowledging.TWICE);
    cluster.launchAnother(Cluster.task(BareTask.of("true")));

    assertThat(cluster.awaitEnd()).containsExactly(STARTING, RUNNING, FINISHED);
  }

  @Test
  void theExecutorStaysUntilTheEndOfItsTaskIsAcknowledged() throws Exception {
    standBy();
    cluster.agent().interfere().acknowledge(Cluster.EXECUTOR, Acknowledging.LATE);
    cluster.launchAnother(Cluster.task(BareTask.of("true")));
    cluster.await(TaskState.TASK_FINISHED);
    assertThat(cluster.process("ExecutorProgram").isAlive()).isTrue();
    cluster.agent().interfere().acknowledge(Cluster.EXECUTOR, Acknowledging.PROMPTLY);

    assertThat(cluster.awaitEnd()).containsExactly(STARTING, RUNNING, FINISHED);
  }

  @Test
  void anAcknowledgementThatNeverComesIsNotWaitedForForEver() throws Exception {
    standBy();
    cluster.agent().interfere().acknowledge(Cluster.EXECUTOR, Acknowledging.NEVER);
    cluster.launchAnother(Cluster.task(BareTask.of("true")));
    cluster.await(TaskState.TASK_FINISHED);
    long told = System.nanoTime();

    assertThat(cluster.awaitEnd()).containsExactly(STARTING, RUNNING, FINISHED);
    assertThat(since(told)).isLessThan(DELAY);
  }

  @Test
  void theKillOfAnUnknownTaskDoesNothing() throws Exception {
    run(WAITING, USUAL, Cluster.FRAMEWORK);
    inject(killEvent("another"));
    cluster.agent().send(Cluster.EXECUTOR, new byte[0]);
    cluster.await(
        "the message behind it was read", () -> cluster.log().contains("framework message"));
    cluster.touch("go");

    assertThat(cluster.awaitEnd()).containsExactly(STARTING, RUNNING, FINISHED);
  }

  @Test
  void ofTwoTasksInABurstTheSecondIsRefused() throws Exception {
    standBy();
    cluster.launchAnother(Cluster.task(WAITING));
    cluster.launchAnother(Cluster.task("another", WAITING));
    TaskStatus refused = cluster.next();
    while (!refused.getTaskId().getValue().equals("another")) {
      refused = cluster.next();
    }
    assertThat(refused.getState()).isEqualTo(TaskState.TASK_LOST);
    assertThat(refused.getMessage())
        .isEqualTo("Task already running on this executor: " + Cluster.TASK);
    cluster.awaitFile(cluster.taskSandbox());
    cluster.touch("go");
    cluster.await(TaskState.TASK_FINISHED);

    assertThat(cluster.awaitEnd())
        .containsExactlyInAnyOrder(
            STARTING,
            RUNNING,
            FINISHED,
            "TASK_LOST Task already running on this executor: " + Cluster.TASK);
  }

  @Test
  void aTaskThatWasKilledBeforeItsLaunchDoesNotRun() throws Exception {
    standBy();
    inject(killEvent(Cluster.TASK));
    cluster.launchAnother(Cluster.task(WAITING));

    assertThat(cluster.awaitEnd())
        .containsExactly("TASK_KILLED Task killed before it was launched.");
    assertThat(cluster.taskSandbox()).doesNotExist();
  }

  @Test
  void aLaunchThatComesAgainChangesNothing() throws Exception {
    run(WAITING, USUAL, Cluster.FRAMEWORK);
    TaskInfo task = Cluster.task(WAITING);
    inject(
        Event.newBuilder()
            .setType(Event.Type.LAUNCH)
            .setLaunch(Event.Launch.newBuilder().setTask(task))
            .build());
    cluster.agent().send(Cluster.EXECUTOR, new byte[0]);
    cluster.await(
        "the message behind it was read", () -> cluster.log().contains("framework message"));
    cluster.touch("go");

    assertThat(cluster.awaitEnd()).containsExactly(STARTING, RUNNING, FINISHED);
  }

  @Test
  void aTaskForAnExecutorThatIsBeingKilledIsRefused() throws Exception {
    String leaving = "trap 'until [ -e leave ]; do sleep 0.02; done; exit 0' TERM; touch ready;";
    runUntilReady(Cluster.task(BareTask.of(leaving + " while true; do sleep 0.05; done")), USUAL);
    cluster.kill();
    cluster.launchAnother("another");

    assertThat(cluster.await(TaskState.TASK_KILLING).getTaskId().getValue())
        .isEqualTo(Cluster.TASK);
    TaskStatus refused = cluster.next();
    assertThat(refused.getTaskId().getValue()).isEqualTo("another");
    cluster.touch("leave");
    assertThat(cluster.await(TaskState.TASK_KILLED).getTaskId().getValue()).isEqualTo(Cluster.TASK);
    assertThat(cluster.awaitEnd())
        .containsExactly(
            STARTING,
            RUNNING,
            KILLING,
            "TASK_LOST Task already running on this executor: " + Cluster.TASK,
            KILLED);
  }

  @Test
  void anExecutorThatIsShutDownBeforeItHasATaskJustEnds() throws Exception {
    standBy();
    cluster.shutdown();
    cluster.awaitExit(ExecutorExit.DONE);

    assertThat(cluster.updatesSoFar()).isEmpty();
  }

  @Test
  void anExecutorWhoseTaskWasKilledBeforeItSubscribedJustEnds() throws Exception {
    cluster = new Cluster(directory, USUAL, Cluster.FRAMEWORK);
    cluster.fetch("until [ -e killed ]; do sleep 0.02; done");
    cluster.launch(WAITING);
    cluster.kill();
    Files.createFile(cluster.mesosDirectory().resolve("killed"));
    cluster.awaitExit(ExecutorExit.DONE);

    assertThat(cluster.updatesSoFar())
        .containsExactly("TASK_KILLED (agent) Killed before delivery to the executor");
  }

  @Test
  void anEndThatTheAgentMissedIsToldWhenItIsBack() throws Exception {
    run(WAITING, USUAL, Cluster.FRAMEWORK);
    cluster.agent().stop();
    cluster.touch("go");
    cluster.awaitFile(cluster.paths().finishedTask());
    cluster.await("the executor has seen it", () -> cluster.log().contains("is FINISHED"));
    assertThat(cluster.updatesSoFar()).containsExactly(STARTING, RUNNING);
    cluster.agent().restart();

    assertThat(cluster.awaitEnd()).containsExactly(STARTING, RUNNING, FINISHED);
  }

  @Test
  void frameworksThatDoNotKnowKillingAreNotTold() throws Exception {
    run(WAITING, USUAL, Cluster.FRAMEWORK.toBuilder().clearCapabilities().build());
    cluster.kill();

    assertThat(cluster.awaitEnd()).containsExactly(STARTING, RUNNING, KILLED);
  }

  @Test
  void theGraceOfTheKillIsHonoured() throws Exception {
    TaskInfo task =
        Cluster.task(BareTask.STUBBORN).toBuilder().setKillPolicy(policy(60_000)).build();
    UpdateTimes times = runUntilReady(task, USUAL);
    long told = System.nanoTime();
    cluster.agent().kill(task.getTaskId(), policy(700));

    assertThat(cluster.awaitEnd()).containsExactly(STARTING, RUNNING, KILLING, KILLED);
    assertThat(times.from(told, TaskState.TASK_KILLED))
        .isBetween(Duration.ofMillis(700), Duration.ofMillis(700).plus(DELAY));
  }

  @Test
  void theGraceOfTheTaskIsHonoured() throws Exception {
    TaskInfo task = Cluster.task(BareTask.STUBBORN).toBuilder().setKillPolicy(policy(700)).build();
    UpdateTimes times = runUntilReady(task, USUAL);
    long told = System.nanoTime();
    cluster.kill();

    assertThat(cluster.awaitEnd()).containsExactly(STARTING, RUNNING, KILLING, KILLED);
    assertThat(times.from(told, TaskState.TASK_KILLED))
        .isBetween(Duration.ofMillis(700), Duration.ofMillis(700).plus(DELAY));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8})
  void theAgentsGraceIsNeverExceeded(int seconds) throws Exception {
    Duration grace = Duration.ofSeconds(seconds);
    UpdateTimes times =
        runUntilReady(Cluster.task(BareTask.STUBBORN), USUAL.withShutdownGrace(grace));
    long told = System.nanoTime();
    cluster.shutdown();

    assertThat(cluster.awaitEnd()) // with exit code 0, which no killed executor has
        .containsExactly(STARTING, RUNNING, "TASK_KILLING Told to shut down executor.", SHUT_DOWN);
    assertThat(times.from(told, TaskState.TASK_KILLED)).isLessThan(grace);
  }

  /**
   * At the end of the grace the executor has a few tenths of a second to exit in, and this is not
   * about how soon a busy machine gets that done.
   */
  @ParameterizedTest
  @ValueSource(ints = {4, 8})
  void norByAnEndThatNobodyAcknowledges(int seconds) throws Exception {
    Duration grace = Duration.ofSeconds(seconds);
    cluster = new Cluster(directory, USUAL, Cluster.FRAMEWORK);
    cluster.promise(grace);
    UpdateTimes times = launchUntilReady(Cluster.task(BareTask.STUBBORN));
    cluster.agent().interfere().acknowledge(Cluster.EXECUTOR, Acknowledging.NEVER);
    ProcessHandle executor = cluster.process("ExecutorProgram");
    long told = System.nanoTime();
    cluster.shutdown();
    // By itself: on a busy machine the agent may tell of it much later.
    cluster.await("the executor has exited", () -> !executor.isAlive());
    Duration took = since(told);

    assertThat(cluster.awaitEnd())
        .containsExactly(STARTING, RUNNING, "TASK_KILLING Told to shut down executor.", SHUT_DOWN);
    assertThat(times.from(told, TaskState.TASK_KILLED)).isLessThan(grace);
    // The end of the task comes after half of it, and otherwise its acknowledgement has 5 s.
    assertThat(took).isLessThan(grace.dividedBy(2).plusSeconds(5));
  }

  private void standBy() throws Exception {
    cluster = new Cluster(directory, USUAL, Cluster.FRAMEWORK);
    cluster.standBy();
  }

  /** Starts a task and waits until it runs. */
  private void run(String json, Timeouts timeouts, FrameworkInfo framework) throws Exception {
    cluster = new Cluster(directory, timeouts, framework);
    cluster.launch(json);
    cluster.awaitSubscription();
    cluster.await(TaskState.TASK_RUNNING);
  }

  private UpdateTimes runUntilReady(TaskInfo task, Timeouts timeouts) throws Exception {
    cluster = new Cluster(directory, timeouts, Cluster.FRAMEWORK);
    return launchUntilReady(task);
  }

  private UpdateTimes launchUntilReady(TaskInfo task) throws Exception {
    UpdateTimes times = new UpdateTimes();
    cluster.agent().watch(times);
    cluster.launch(task);
    cluster.await(TaskState.TASK_RUNNING);
    cluster.awaitFile("ready");
    return times;
  }

  private void inject(Event event) {
    cluster.agent().interfere().inject(Cluster.EXECUTOR, event);
  }

  private static Event killEvent(String task) {
    return Event.newBuilder()
        .setType(Event.Type.KILL)
        .setKill(Event.Kill.newBuilder().setTaskId(TaskID.newBuilder().setValue(task)))
        .build();
  }

  private static KillPolicy policy(long millis) {
    return KillPolicy.newBuilder()
        .setGracePeriod(
            DurationInfo.newBuilder().setNanoseconds(Duration.ofMillis(millis).toNanos()))
        .build();
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }

  /** When each state came in for the first time. */
  private static final class UpdateTimes implements Wire {
    private final Map<TaskState, Long> states = new ConcurrentHashMap<>();

    @Override
    public void received(Call call, long nanoTime) {
      if (call.hasUpdate()) {
        states.putIfAbsent(call.getUpdate().getStatus().getState(), nanoTime);
      }
    }

    Duration from(long nanoTime, TaskState state) {
      return Duration.ofNanos(states.get(state) - nanoTime);
    }
  }
}
