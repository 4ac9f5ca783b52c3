package org.thermos.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.Protos.CheckInfo;
import org.apache.mesos.Protos.CheckStatusInfo;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.ContainerStatus;
import org.apache.mesos.Protos.DiscoveryInfo;
import org.apache.mesos.Protos.DurationInfo;
import org.apache.mesos.Protos.HealthCheck;
import org.apache.mesos.Protos.KillPolicy;
import org.apache.mesos.Protos.Label;
import org.apache.mesos.Protos.Labels;
import org.apache.mesos.Protos.NetworkInfo;
import org.apache.mesos.Protos.Resource;
import org.apache.mesos.Protos.TaskGroupInfo;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.Protos.Value;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What tests can make of the agent, and that it passes on all that Mesos's messages hold. */
@Timeout(60)
final class InterferenceTest {
  private static final MediaType TYPE = MediaType.JSON;

  @TempDir Path work;

  private final RecordingListener scheduler = new RecordingListener();
  private EmbeddedAgent agent;

  @BeforeEach
  void start() throws Exception {
    agent =
        EmbeddedAgent.start(
            Samples.settings(work, Samples.Checkpoint.ON), scheduler, new FakeLauncher());
  }

  @AfterEach
  void close() {
    agent.close();
  }

  @ParameterizedTest
  @EnumSource(MediaType.class)
  void everythingInATaskReachesTheExecutorAndEverythingInAStatusTheScheduler(MediaType type)
      throws Exception {
    TaskInfo task =
        Samples.task("a").toBuilder()
            .setData(ByteString.copyFrom(new byte[] {0, (byte) 255}))
            .setCommand(CommandInfo.newBuilder().setValue("exec true").setUser("nobody"))
            .setKillPolicy(
                KillPolicy.newBuilder()
                    .setGracePeriod(DurationInfo.newBuilder().setNanoseconds(1_500_000_000)))
            .setHealthCheck(
                HealthCheck.newBuilder()
                    .setType(HealthCheck.Type.HTTP)
                    .setHttp(HealthCheck.HTTPCheckInfo.newBuilder().setPort(80).setPath("/ok"))
                    .setIntervalSeconds(0.25))
            .setCheck(
                CheckInfo.newBuilder()
                    .setType(CheckInfo.Type.TCP)
                    .setTcp(CheckInfo.Tcp.newBuilder().setPort(80)))
            .setDiscovery(
                DiscoveryInfo.newBuilder()
                    .setVisibility(DiscoveryInfo.Visibility.CLUSTER)
                    .setName("name"))
            .addResources(
                Resource.newBuilder()
                    .setName("ports")
                    .setType(Value.Type.RANGES)
                    .setRanges(
                        Value.Ranges.newBuilder()
                            .addRange(Value.Range.newBuilder().setBegin(31000).setEnd(31000))))
            .setLabels(Labels.newBuilder().addLabels(Label.newBuilder().setKey("k")))
            .build();
    agent.launch(Samples.executor("true"), task);
    try (TestClient stream = subscribe(type)) {
      TaskInfo received = stream.readEvent(type).getLaunch().getTask();
      assertThat(received.toBuilder().clearExecutor().setSlaveId(task.getSlaveId()).build())
          .isEqualTo(task);

      TaskStatus status =
          Samples.status("a", TaskState.TASK_RUNNING, 1).toBuilder()
              .setMessage("a/b \u20ac")
              .setReason(TaskStatus.Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED)
              .setHealthy(false)
              .setTimestamp(1.25)
              .setData(ByteString.copyFrom(new byte[] {0, (byte) 254}))
              .setLabels(
                  Labels.newBuilder().addLabels(Label.newBuilder().setKey("k").setValue("v")))
              .setCheckStatus(
                  CheckStatusInfo.newBuilder()
                      .setType(CheckInfo.Type.HTTP)
                      .setHttp(CheckStatusInfo.Http.newBuilder().setStatusCode(204)))
              .setContainerStatus(
                  ContainerStatus.newBuilder()
                      .setExecutorPid(1)
                      .addNetworkInfos(
                          NetworkInfo.newBuilder()
                              .addIpAddresses(
                                  NetworkInfo.IPAddress.newBuilder().setIpAddress("192.0.2.1"))))
              .build();
      assertThat(call(type, Samples.update(status))).isEqualTo(202);
      TaskStatus seen = scheduler.nextUpdate().status();
      assertThat(seen.getContainerStatus().getContainerId().getValue()).isNotEmpty();
      TaskStatus.Builder comparable = seen.toBuilder().clearSlaveId().clearExecutorId();
      comparable.getContainerStatusBuilder().clearContainerId();
      assertThat(comparable.build()).isEqualTo(status);
    }
  }

  @Test
  void aCheckStatusMustHoldWhatItsTypeSays() throws Exception {
    agent.launch(Samples.executor("true"), Samples.task("a"));
    TaskStatus status =
        Samples.status("a", TaskState.TASK_RUNNING, 1).toBuilder()
            .setCheckStatus(CheckStatusInfo.newBuilder().setType(CheckInfo.Type.TCP))
            .build();
    try (TestClient stream = subscribe(TYPE)) {
      assertThat(stream).isNotNull(); // While it is there.
      assertThat(call(TYPE, Samples.update(status))).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @EnumSource(MediaType.class)
  void aGroupArrivesAsOne(MediaType type) throws Exception {
    TaskGroupInfo group =
        TaskGroupInfo.newBuilder().addTasks(Samples.task("a")).addTasks(Samples.task("b")).build();
    agent.launch(Samples.executor("true"), group);
    try (TestClient stream = subscribe(type)) {
      Event event = stream.readEvent(type);
      assertThat(event.getType()).isEqualTo(Event.Type.LAUNCH_GROUP);
      assertThat(event.getLaunchGroup().getTaskGroup().getTasksList())
          .extracting(task -> task.getTaskId().getValue() + " " + task.hasExecutor())
          .containsExactly("a true", "b true");
      agent.kill(Samples.taskId("b"));
      assertThat(stream.readEvent(type).getKill().getTaskId().getValue()).isEqualTo("b");
    }
  }

  @Test
  void acknowledgementsAreRepeatedOrHeldOrLost() throws Exception {
    agent.launch(Samples.executor("true"), Samples.task("a"));
    try (TestClient stream = subscribe(TYPE)) {
      stream.readEvent(TYPE);
      agent.interfere().acknowledge(Samples.EXECUTOR_ID, Acknowledging.TWICE);
      report(1);
      assertThat(acknowledged(stream)).isEqualTo(Samples.uuid(1));
      assertThat(acknowledged(stream)).isEqualTo(Samples.uuid(1));
      agent.interfere().acknowledge(Samples.EXECUTOR_ID, Acknowledging.LATE);
      report(2);
      agent.interfere().acknowledge(Samples.EXECUTOR_ID, Acknowledging.NEVER);
      report(3);
      agent.interfere().acknowledge(Samples.EXECUTOR_ID, Acknowledging.LATE);
      report(4);
      report(5);
      agent.interfere().acknowledge(Samples.EXECUTOR_ID, Acknowledging.PROMPTLY);
      assertThat(acknowledged(stream)).as("2 and 3 were lost").isEqualTo(Samples.uuid(4));
      assertThat(acknowledged(stream)).isEqualTo(Samples.uuid(5));
    }
  }

  @Test
  void anUnsubscribedExecutorIsRefusedUntilItSubscribes() throws Exception {
    agent.launch(Samples.executor("true"), Samples.task("a"));
    Call update = Samples.update(Samples.status("a", TaskState.TASK_RUNNING, 1));
    try (TestClient stream = subscribe(TYPE)) {
      stream.readEvent(TYPE);
      agent.interfere().unsubscribe(Samples.EXECUTOR_ID);
      stream.readEndOfStream();
      assertThat(call(TYPE, update)).isEqualTo(403);
    }
    try (TestClient stream = subscribe(TYPE)) {
      assertThat(stream).isNotNull(); // While it is there.
      assertThat(call(TYPE, update)).isEqualTo(202);
    }
  }

  @Test
  void aBannedExecutorIsRefusedForEver() throws Exception {
    agent.launch(Samples.executor("true"), Samples.task("a"));
    try (TestClient stream = subscribe(TYPE)) {
      stream.readEvent(TYPE);
      agent.interfere().ban(Samples.EXECUTOR_ID);
      stream.readEndOfStream();
    }
    assertThat(call(TYPE, Samples.subscribe())).isEqualTo(403);
  }

  @Test
  void anythingCanBeInjectedIntoAnExecutorThatStandsBy() throws Exception {
    agent.interfere().standBy(Samples.executor("true"));
    try (TestClient stream = subscribe(TYPE)) {
      Event heartbeat = Event.newBuilder().setType(Event.Type.HEARTBEAT).build();
      agent.interfere().inject(Samples.EXECUTOR_ID, heartbeat);
      assertThat(stream.readEvent(TYPE)).isEqualTo(heartbeat);
    }
  }

  @Test
  void timesOnTheWireAreTold() throws Exception {
    BlockingQueue<Long> times = new LinkedBlockingQueue<>();
    agent.watch(
        new Wire() {
          @Override
          public void received(Call call, long nanoTime) {
            if (call.getType() == Call.Type.UPDATE) {
              times.add(nanoTime);
            }
          }

          @Override
          public void sent(Event event, long nanoTime) {
            if (event.getType() == Event.Type.LAUNCH) {
              times.add(nanoTime);
            }
          }
        });
    long begin = System.nanoTime();
    agent.launch(Samples.executor("true"), Samples.task("a"));
    try (TestClient stream = subscribe(TYPE)) {
      stream.readEvent(TYPE);
      // It is told after it was sent, and so maybe after the answer to it.
      long sent = times.poll(10, TimeUnit.SECONDS);
      report(1);
      long received = times.poll(10, TimeUnit.SECONDS);
      assertThat(new long[] {begin, sent, received, System.nanoTime()}).isSorted();
    }
  }

  /** A stream after its SUBSCRIBED. */
  private TestClient subscribe(MediaType type) throws Exception {
    TestClient stream = TestClient.connect(agent.endpoint());
    stream.send(TestClient.request(type, Samples.subscribe()));
    assertThat(stream.readResponse().status()).isEqualTo(200);
    assertThat(stream.readEvent(type).getType()).isEqualTo(Event.Type.SUBSCRIBED);
    return stream;
  }

  private void report(int seed) throws Exception {
    TaskStatus status = Samples.status("a", TaskState.TASK_RUNNING, seed);
    assertThat(call(TYPE, Samples.update(status))).isEqualTo(202);
    scheduler.nextUpdate();
  }

  private static ByteString acknowledged(TestClient stream) throws Exception {
    return stream.readEvent(TYPE).getAcknowledged().getUuid();
  }

  private int call(MediaType type, Call call) throws Exception {
    try (TestClient client = TestClient.connect(agent.endpoint())) {
      return client.send(TestClient.request(type, call)).readResponse().status();
    }
  }
}
