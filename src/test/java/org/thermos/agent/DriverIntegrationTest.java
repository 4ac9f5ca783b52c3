package org.thermos.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.Environment;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.mesos.HttpExecutorDriver;

/** The agent and the HTTP driver with each other: both ends of the API, nothing played. */
@Timeout(120)
final class DriverIntegrationTest {
  @TempDir Path work;

  private final RecordingListener scheduler = new RecordingListener();
  private final SimpleExecutor executor = new SimpleExecutor();
  private final InJvmLauncher launcher = new InJvmLauncher(executor);
  private EmbeddedAgent agent;

  @AfterEach
  void close() {
    agent.close();
  }

  @Test
  void aProcessRunsATaskToItsEnd() throws Exception {
    agent = EmbeddedAgent.start(settings(Samples.Checkpoint.ON), scheduler);
    LaunchedExecutor launched = agent.launch(process(), task("finish"));
    assertThat(scheduler.nextMessage().data()).isEqualTo("registered");
    assertNext(TaskState.TASK_RUNNING);
    assertNext(TaskState.TASK_FINISHED);
    assertThat(launched.exit().get(30, TimeUnit.SECONDS)).isZero();
    assertThat(scheduler.nextEnd()).isEqualTo(new RecordingListener.End("executor", 0));
  }

  @Test
  void aProcessOutlivesTheAgent() throws Exception {
    agent = EmbeddedAgent.start(settings(Samples.Checkpoint.ON), scheduler);
    LaunchedExecutor launched = agent.launch(process(), task(""));
    assertThat(scheduler.nextSubscribed()).isEqualTo("executor");
    assertThat(scheduler.nextMessage().data()).isEqualTo("registered");
    assertNext(TaskState.TASK_RUNNING);
    agent.stop();
    agent.restart();
    assertThat(scheduler.nextSubscribed()).as("again").isEqualTo("executor");
    agent.kill(Samples.taskId("task"));
    TaskState last = untilTerminal();
    assertThat(last).isEqualTo(TaskState.TASK_KILLED);
    assertThat(launched.exit().get(30, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void messagesGoBothWays() throws Exception {
    start(Samples.Checkpoint.ON);
    agent.send(Samples.EXECUTOR_ID, "héllo".getBytes(UTF_8));
    assertThat(scheduler.nextMessage())
        .isEqualTo(new RecordingListener.Message("executor", "héllo"));
  }

  @Test
  void aKilledTaskIsKilled() throws Exception {
    LaunchedExecutor launched = start(Samples.Checkpoint.ON);
    agent.kill(Samples.taskId("task"));
    assertNext(TaskState.TASK_KILLED);
    assertThat(launched.exit().get(30, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void anExecutorToldToShutDownDoes() throws Exception {
    LaunchedExecutor launched = start(Samples.Checkpoint.ON);
    agent.shutdown(Samples.EXECUTOR_ID);
    assertNext(TaskState.TASK_KILLED);
    assertThat(launched.exit().get(30, TimeUnit.SECONDS)).isZero();
    assertThat(scheduler.updates()).isEmpty();
  }

  @Test
  void anUpdateSentWhileTheAgentIsAwayArrivesWhenItIsBack() throws Exception {
    LaunchedExecutor launched = start(Samples.Checkpoint.ON);
    HttpExecutorDriver driver = launcher.driver();
    agent.stop();
    executor.finish(driver);
    agent.restart();
    assertThat(untilTerminal()).isEqualTo(TaskState.TASK_FINISHED);
    assertThat(launched.exit().get(30, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void withoutCheckpointingTheExecutorEndsItselfWhenTheAgentIsGone() throws Exception {
    LaunchedExecutor launched = start(Samples.Checkpoint.OFF);
    agent.stop();
    TaskStatus lost = scheduler.nextUpdate().status();
    assertThat(lost.getReason()).isEqualTo(TaskStatus.Reason.REASON_SLAVE_DISCONNECTED);
    assertThat(launched.exit().get(60, TimeUnit.SECONDS)).isZero();
    agent.restart();
  }

  @Test
  void anExecutorWhoseStreamBreaksComesBack() throws Exception {
    LaunchedExecutor launched = start(Samples.Checkpoint.ON);
    agent.cutStream(Samples.EXECUTOR_ID);
    assertThat(scheduler.nextMessage().data()).isEqualTo("reregistered");
    agent.kill(Samples.taskId("task"));
    assertNext(TaskState.TASK_KILLED);
    assertThat(launched.exit().get(30, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void anExecutorWhoseStreamIsEndedComesBack() throws Exception {
    LaunchedExecutor launched = start(Samples.Checkpoint.ON);
    agent.endStream(Samples.EXECUTOR_ID);
    assertThat(scheduler.nextMessage().data()).isEqualTo("reregistered");
    agent.shutdown(Samples.EXECUTOR_ID);
    assertNext(TaskState.TASK_KILLED);
    assertThat(launched.exit().get(30, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void updatesWaitForTheSchedulerWithoutHoldingUpTheExecutor() throws Exception {
    scheduler.withhold();
    AgentSettings settings = settings(Samples.Checkpoint.ON, Duration.ofMillis(200));
    agent = EmbeddedAgent.start(settings, scheduler, launcher);
    LaunchedExecutor launched = agent.launch(Samples.executor("in this JVM"), task("finish"));
    assertThat(launched.exit().get(30, TimeUnit.SECONDS)).isZero();
    StatusUpdate running = scheduler.nextUpdate();
    while (running.attempt() < 3) {
      assertThat(running.status().getState()).isEqualTo(TaskState.TASK_RUNNING);
      running = scheduler.nextUpdate();
    }
    running.acknowledge();
    assertThat(untilTerminal()).isEqualTo(TaskState.TASK_FINISHED);
  }

  private LaunchedExecutor start(Samples.Checkpoint checkpoint) throws Exception {
    agent = EmbeddedAgent.start(settings(checkpoint), scheduler, launcher);
    LaunchedExecutor launched = agent.launch(Samples.executor("in this JVM"), task(""));
    assertThat(scheduler.nextMessage().data()).isEqualTo("registered");
    assertNext(TaskState.TASK_RUNNING);
    return launched;
  }

  private AgentSettings settings(Samples.Checkpoint checkpoint) throws IOException {
    return settings(checkpoint, Samples.FAST.updateRetryMinimum());
  }

  /** A real agent's two seconds: what the driver's pace is made for. */
  private AgentSettings settings(Samples.Checkpoint checkpoint, Duration updateRetry)
      throws IOException {
    Timeouts fast = Samples.FAST;
    return Samples.settings(work.toRealPath(), checkpoint)
        .with(
            new Timeouts(
                Duration.ofMinutes(1),
                Timeouts.DEFAULTS.reregistration(),
                Timeouts.DEFAULTS.shutdownGrace(),
                fast.recovery(),
                updateRetry,
                fast.updateRetryMaximum(),
                fast.routing(),
                fast.recovering()));
  }

  private static TaskInfo task(String data) {
    return Samples.task("task").toBuilder().setData(ByteString.copyFromUtf8(data)).build();
  }

  private static ExecutorInfo process() {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    CommandInfo command =
        CommandInfo.newBuilder()
            .setValue("exec \"$JAVA\" -cp \"$CLASSES\" " + SimpleExecutor.class.getName())
            .setEnvironment(
                Environment.newBuilder()
                    .addVariables(variable("JAVA", java.toString()))
                    .addVariables(variable("CLASSES", System.getProperty("java.class.path"))))
            .build();
    return Samples.executor("").toBuilder().setCommand(command).build();
  }

  private static Environment.Variable variable(String name, String value) {
    return Environment.Variable.newBuilder().setName(name).setValue(value).build();
  }

  private void assertNext(TaskState state) throws InterruptedException {
    assertThat(scheduler.nextUpdate().status().getState()).isEqualTo(state);
  }

  private TaskState untilTerminal() throws InterruptedException {
    TaskState state;
    do {
      state = scheduler.nextUpdate().status().getState();
    } while (!TaskStates.isTerminal(state));
    return state;
  }
}
