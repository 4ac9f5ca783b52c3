package org.thermos.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Crashes of the agent, and of streams, while the executor lives. */
@Timeout(60)
final class AgentRestartTest {
  private static final MediaType TYPE = MediaType.PROTOBUF;

  @TempDir Path work;

  private final RecordingListener scheduler = new RecordingListener();
  private final FakeLauncher launcher = new FakeLauncher();
  private EmbeddedAgent agent;

  @AfterEach
  void close() {
    agent.close();
  }

  @Test
  void nobodyListensWhileTheAgentIsDown() throws Exception {
    running(Samples.Checkpoint.ON);
    agent.stop();
    assertThatThrownBy(() -> TestClient.connect(agent.endpoint()))
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void anExecutorThatStaysAwayIsKilledAndItsTaskLost() throws Exception {
    running(Samples.Checkpoint.ON).close();
    agent.stop();
    agent.restart();
    assertThat(scheduler.nextEnd().waitStatus()).isEqualTo(9);
    TaskStatus status = scheduler.nextUpdate().status();
    assertThat(status.getState()).isEqualTo(TaskState.TASK_LOST);
    assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_SLAVE);
    assertThat(status.getReason())
        .isEqualTo(TaskStatus.Reason.REASON_EXECUTOR_REREGISTRATION_TIMEOUT);
    assertThat(status.getMessage()).isEqualTo("Executor did not re-register within 700ms");
  }

  @Test
  void anUpdateIsRefusedWhileOthersMaySubscribe() throws Exception {
    runningWithPatience().close();
    agent.stop();
    agent.restart();
    Call update = Samples.update(Samples.status("task", TaskState.TASK_FINISHED, 5));
    try (TestClient stream = resubscribe(Samples.subscribe())) {
      assertThat(stream.readEvent(TYPE).getType()).isEqualTo(Event.Type.SUBSCRIBED);
      TestClient.Response refused = call(update);
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.body()).isEqualTo("Agent has not finished recovery");
      assertThat(call(Samples.message("x")).status()).isEqualTo(503);
      while (call(update).status() == 503) {
        assertThat(scheduler.updates()).isEmpty();
      }
      assertThat(stream.readEvent(TYPE).getType()).isEqualTo(Event.Type.ACKNOWLEDGED);
      assertThat(scheduler.nextUpdate().status().getState()).isEqualTo(TaskState.TASK_FINISHED);
    }
  }

  @Test
  void updatesNobodyAcknowledgedSurviveTheCrash() throws Exception {
    scheduler.withhold();
    runningWithPatience().close();
    call(Samples.update(Samples.status("task", TaskState.TASK_KILLING, 5)));
    assertThat(scheduler.nextUpdate().attempt()).isEqualTo(1);
    agent.stop();
    scheduler.updates().clear();
    agent.restart();
    try (TestClient stream = resubscribe(Samples.subscribe())) {
      StatusUpdate again = scheduler.nextUpdate();
      assertThat(again.status().getUuid()).isEqualTo(Samples.uuid(5));
      assertThat(again.attempt()).isGreaterThan(1);
      assertThat(stream.readEvent(TYPE).getType()).isEqualTo(Event.Type.SUBSCRIBED);
    }
  }

  @Test
  void anExecutorThatEndedMeanwhileIsFound() throws Exception {
    running(Samples.Checkpoint.ON).close();
    agent.stop();
    launcher.next().exit().complete(1792);
    agent.restart();
    assertThat(scheduler.nextEnd().waitStatus()).isEqualTo(1792);
    TaskStatus status = scheduler.nextUpdate().status();
    assertThat(status.getState()).isEqualTo(TaskState.TASK_FAILED);
    assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_EXECUTOR_TERMINATED);
  }

  @Test
  void withoutCheckpointingTheTasksAreLostAtOnceAndTheExecutorIsForgotten() throws Exception {
    running(Samples.Checkpoint.OFF).close();
    agent.stop();
    TaskStatus status = scheduler.nextUpdate().status();
    assertThat(status.getState()).isEqualTo(TaskState.TASK_LOST);
    assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_MASTER);
    assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_SLAVE_DISCONNECTED);
    assertThat(status.getMessage()).isEqualTo("Agent localhost disconnected");
    assertThat(status.hasUuid()).isFalse();

    agent.restart();
    TestClient.Response refused = call(Samples.subscribe());
    while (refused.status() == 404 || refused.status() == 503) {
      refused = call(Samples.subscribe());
    }
    assertThat(refused.status()).isEqualTo(400);
    FakeLauncher.FakeContainer container = launcher.next();
    assertThat(container.exit()).as("it is not killed").isNotDone();
    container.exit().complete(0);
  }

  @Test
  void withoutCheckpointingTheExitOfAForgottenExecutorCanStillBeAwaited() throws Exception {
    LaunchedExecutor launched = start(Samples.Checkpoint.OFF);
    agent.stop();
    launcher.next().exit().complete(256);
    assertThat(launched.exit().get(10, TimeUnit.SECONDS)).isEqualTo(256);
  }

  @Test
  void aRunningAgentCannotBeRestarted() throws Exception {
    start(Samples.Checkpoint.ON);
    assertThatThrownBy(() -> agent.restart())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot restart the agent: it is RUNNING");
  }

  @Test
  void aStoppedAgentLaunchesNothing() throws Exception {
    start(Samples.Checkpoint.ON);
    agent.stop();
    assertThatThrownBy(() -> agent.launch(Samples.executor("true"), Samples.task("other")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aCutStreamEndsInTheMiddleAndUpdatesStillArrive() throws Exception {
    try (TestClient stream = running(Samples.Checkpoint.ON)) {
      agent.cutStream(Samples.EXECUTOR_ID);
      assertThat(stream.readRest()).as("no last chunk").isEmpty();
      Call update = Samples.update(Samples.status("task", TaskState.TASK_FINISHED, 5));
      assertThat(call(update).status()).isEqualTo(202);
      assertThat(scheduler.nextUpdate().status().getState()).isEqualTo(TaskState.TASK_FINISHED);
    }
  }

  @Test
  void anEndedStreamEndsProperly() throws Exception {
    try (TestClient stream = running(Samples.Checkpoint.ON)) {
      agent.endStream(Samples.EXECUTOR_ID);
      stream.readEndOfStream();
    }
  }

  @ParameterizedTest
  @EnumSource(MediaType.class)
  void aSecondStreamTakesTheFirstOnesPlace(MediaType type) throws Exception {
    try (TestClient first = running(Samples.Checkpoint.ON);
        TestClient second = TestClient.connect(agent.endpoint())) {
      second.send(TestClient.request(type, Samples.subscribe()));
      assertThat(second.readResponse().status()).isEqualTo(200);
      assertThat(second.readEvent(type).getType()).isEqualTo(Event.Type.SUBSCRIBED);
      first.readEndOfStream();
      agent.kill(Samples.taskId("task"));
      assertThat(second.readEvent(type).getType()).isEqualTo(Event.Type.KILL);
    }
  }

  @Test
  void aRetiringAgentShutsExecutorsDownAndTheirTasksAreLost() throws Exception {
    launcher.holdEnds();
    try (TestClient stream = running(Samples.Checkpoint.ON)) {
      agent.retire();
      assertThat(stream.readEvent(TYPE).getType()).isEqualTo(Event.Type.SHUTDOWN);
      TaskStatus status = scheduler.nextUpdate().status();
      assertThat(status.getState()).isEqualTo(TaskState.TASK_LOST);
      assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_SLAVE_REMOVED);
      Call update = Samples.update(Samples.status("task", TaskState.TASK_KILLED, 5));
      assertThat(call(update).status()).isEqualTo(202);
      launcher.next().awaitKill().exit().complete(9);
      assertThat(scheduler.nextEnd().waitStatus()).as("after the grace period").isEqualTo(9);
      assertThat(scheduler.updates()).isEmpty();
    }
  }

  @Test
  void anExecutorThatDoesNotReadIsCutOff() throws Exception {
    try (TestClient stream = running(Samples.Checkpoint.ON)) {
      byte[] large = new byte[100_000];
      for (int i = 0; i < 1_500; i++) {
        agent.send(Samples.EXECUTOR_ID, large);
      }
      assertThatThrownBy(
              () -> {
                while (true) {
                  stream.readRecord();
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  /** As a child has it that this JVM forks, until it executes a program. */
  @Test
  void aPortThatIsStillTakenIsWaitedFor() throws Exception {
    start(Samples.Checkpoint.ON);
    agent.stop();
    ServerSocket taken =
        new ServerSocket(agent.endpoint().getPort(), 1, agent.endpoint().getAddress());
    CompletableFuture<Void> freed =
        CompletableFuture.runAsync(
            () -> {
              try {
                taken.close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));

    agent.restart();

    freed.join();
    TestClient.connect(agent.endpoint()).close();
  }

  private LaunchedExecutor start(Samples.Checkpoint checkpoint) throws IOException {
    return start(Samples.settings(work, checkpoint));
  }

  private LaunchedExecutor start(AgentSettings settings) throws IOException {
    agent = EmbeddedAgent.start(settings, scheduler, launcher);
    return agent.launch(Samples.executor("true"), Samples.task("task"));
  }

  /** Starts the agent and an executor with a task that has reported RUNNING. */
  private TestClient running(Samples.Checkpoint checkpoint) throws Exception {
    return running(Samples.settings(work, checkpoint));
  }

  /** The same where the executor has to be back before the agent gives it up. */
  private TestClient runningWithPatience() throws Exception {
    return running(
        Samples.settings(work, Samples.Checkpoint.ON)
            .with(Samples.FAST.withReregistration(Duration.ofSeconds(3))));
  }

  private TestClient running(AgentSettings settings) throws Exception {
    start(settings);
    TestClient stream =
        TestClient.connect(agent.endpoint()).send(TestClient.request(TYPE, Samples.subscribe()));
    assertThat(stream.readResponse().status()).isEqualTo(200);
    assertThat(stream.readEvent(TYPE).getType()).isEqualTo(Event.Type.SUBSCRIBED);
    assertThat(stream.readEvent(TYPE).getType()).isEqualTo(Event.Type.LAUNCH);
    Call update = Samples.update(Samples.status("task", TaskState.TASK_RUNNING, 1));
    assertThat(call(update).status()).isEqualTo(202);
    assertThat(stream.readEvent(TYPE).getType()).isEqualTo(Event.Type.ACKNOWLEDGED);
    StatusUpdate running = scheduler.nextUpdate();
    assertThat(running.status().getState()).isEqualTo(TaskState.TASK_RUNNING);
    running.acknowledge();
    return stream;
  }

  private TestClient resubscribe(Call subscribe) throws IOException {
    while (true) {
      TestClient client =
          TestClient.connect(agent.endpoint()).send(TestClient.request(TYPE, subscribe));
      if (client.readResponse().status() == 200) {
        return client;
      }
      client.close();
    }
  }

  private TestClient.Response call(Call call) throws IOException {
    try (TestClient client =
        TestClient.connect(agent.endpoint()).send(TestClient.request(TYPE, call))) {
      return client.readResponse();
    }
  }
}
