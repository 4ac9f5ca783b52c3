package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thermos.mesos.MachineDriver.status;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.ExecutorDriver;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver on real sockets, against an agent that does what the test says. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpExecutorDriverTest {

  private static final Duration SOON = Duration.ofSeconds(15);

  private final RecordingExecutor executor = new RecordingExecutor();
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());
  private FakeAgent agent;
  private HttpExecutorDriver driver;

  @BeforeEach
  void startAgent() throws Exception {
    agent = new FakeAgent();
  }

  @AfterEach
  void endEverything() throws Exception {
    if (driver != null) {
      driver.abort();
      assertThat(driver.join(SOON)).as("the driver ends").isTrue();
    }
    agent.close();
  }

  private void start(MesosEnvironment environment) throws Exception {
    start(environment, DriverTimings.of(environment));
  }

  private void start(MesosEnvironment environment, DriverTimings timings) throws Exception {
    driver = new HttpExecutorDriver(executor, environment, timings, log::add);
    assertThat(driver.start()).isEqualTo(Status.DRIVER_RUNNING);
  }

  private void startCheckpointing() throws Exception {
    MesosEnvironment environment = TestEnvironment.checkpointing(agent.endpoint());
    DriverTimings timings = DriverTimings.of(environment);
    start(
        environment,
        new DriverTimings(
            timings.exchange(),
            timings.registration(),
            // This thread acknowledges, and may be slow.
            Duration.ofMinutes(1),
            timings.shutdownGracePeriod(),
            timings.abandonedShutdown(),
            timings.recovery()));
  }

  private static Event event(org.apache.mesos.executor.Protos.Event unversioned) throws Exception {
    return Event.parseFrom(unversioned.toByteString());
  }

  private static Event acknowledged(Call call) throws Exception {
    return event(
        MachineDriver.acknowledged(
            call.getUpdate().getStatus().getTaskId().getValue(),
            call.getUpdate().getStatus().getUuid()));
  }

  /** Subscribes the driver. */
  private FakeAgent.Stream subscribe() throws Exception {
    FakeAgent.Stream stream = agent.nextSubscribe();
    stream.send(event(MachineDriver.subscribedEvent()));
    executor.next(Callback.Registered.class);
    return stream;
  }

  private FakeAgent.Stream subscribeAndLaunch() throws Exception {
    FakeAgent.Stream stream = subscribe();
    stream.send(event(MachineDriver.launch("task")));
    executor.next(Callback.Launch.class);
    return stream;
  }

  private Call nextUpdate(FakeAgent.Stream stream) throws Exception {
    FakeAgent.Request request = agent.next(Call.Type.UPDATE);
    request.answer(202);
    Call call = request.call();
    stream.send(acknowledged(call));
    return call;
  }

  private void update(TaskState state) {
    assertThat(driver.sendStatusUpdate(status("task", state))).isEqualTo(Status.DRIVER_RUNNING);
  }

  private void assertStops() throws Exception {
    assertThat(driver.stop()).isEqualTo(Status.DRIVER_STOPPED);
    assertThat(driver.join(SOON)).isTrue();
    assertThat(driver.join()).isEqualTo(Status.DRIVER_STOPPED);
  }

  // The interface.

  @Test
  void theStatusIsThatOfMesossOwnDriver() throws Exception {
    driver =
        new HttpExecutorDriver(executor, TestEnvironment.checkpointing(agent.endpoint()), log::add);
    assertThat(driver.join()).isEqualTo(Status.DRIVER_NOT_STARTED);
    assertThat(driver.stop()).isEqualTo(Status.DRIVER_NOT_STARTED);
    assertThat(driver.abort()).isEqualTo(Status.DRIVER_NOT_STARTED);
    assertThat(driver.sendStatusUpdate(status("task", TaskState.TASK_RUNNING)))
        .isEqualTo(Status.DRIVER_NOT_STARTED);
    assertThat(driver.start()).isEqualTo(Status.DRIVER_RUNNING);
    assertThat(driver.start()).isEqualTo(Status.DRIVER_RUNNING);
    assertThat(driver.abort()).isEqualTo(Status.DRIVER_ABORTED);
    assertThat(driver.join()).isEqualTo(Status.DRIVER_ABORTED);
    assertThat(driver.sendFrameworkMessage(new byte[0])).isEqualTo(Status.DRIVER_ABORTED);
    assertThat(driver.stop()).isEqualTo(Status.DRIVER_ABORTED);
    assertThat(driver.stop()).isEqualTo(Status.DRIVER_STOPPED);
  }

  @Test
  void runReturnsWhenACallbackStopsTheDriver() throws Exception {
    RecordingExecutor stopping =
        new RecordingExecutor() {
          @Override
          public void killTask(ExecutorDriver toStop, TaskID task) {
            toStop.stop();
          }
        };
    driver =
        new HttpExecutorDriver(stopping, TestEnvironment.checkpointing(agent.endpoint()), log::add);
    List<Status> ends = Collections.synchronizedList(new ArrayList<>());
    Thread main = new Thread(() -> ends.add(driver.run()));
    main.start();
    agent
        .nextSubscribe()
        .send(event(MachineDriver.subscribedEvent()), event(MachineDriver.kill("task")));
    main.join(SOON.toMillis());
    assertThat(ends).containsExactly(Status.DRIVER_STOPPED);
  }

  @Test
  void aCallbackThatThrowsAbortsTheDriver() throws Exception {
    RecordingExecutor broken =
        new RecordingExecutor() {
          @Override
          public void killTask(ExecutorDriver any, TaskID task) {
            throw new IllegalStateException("a bug of the executor");
          }
        };
    driver =
        new HttpExecutorDriver(broken, TestEnvironment.checkpointing(agent.endpoint()), log::add);
    driver.start();
    agent
        .nextSubscribe()
        .send(event(MachineDriver.subscribedEvent()), event(MachineDriver.kill("task")));
    assertThat(driver.join()).isEqualTo(Status.DRIVER_ABORTED);
    assertThat(log).anySatisfy(line -> assertThat(line).contains("a bug of the executor"));
  }

  @Test
  void aSlowCallbackHoldsUpNothingButCallbacks() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    RecordingExecutor slow =
        new RecordingExecutor() {
          @Override
          public void launchTask(ExecutorDriver any, org.apache.mesos.Protos.TaskInfo task) {
            super.launchTask(any, task);
            try {
              assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              throw new AssertionError("interrupted", e);
            }
          }
        };
    driver =
        new HttpExecutorDriver(slow, TestEnvironment.checkpointing(agent.endpoint()), log::add);
    driver.start();
    FakeAgent.Stream stream = agent.nextSubscribe();
    stream.send(event(MachineDriver.subscribedEvent()), event(MachineDriver.launch("task")));
    slow.next(Callback.Registered.class);
    slow.next(Callback.Launch.class);
    stream.send(event(MachineDriver.kill("task")));
    update(TaskState.TASK_RUNNING);
    nextUpdate(stream);
    assertThat(slow.hasNoCallback()).isTrue();
    release.countDown();
    slow.next(Callback.Kill.class);
  }

  @Test
  void aNormalLifeUsesTwoConnections() throws Exception {
    startCheckpointing();
    FakeAgent.Stream stream = subscribeAndLaunch();
    List<FakeAgent.Peer> peers = new ArrayList<>();
    for (TaskState state :
        List.of(TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_FINISHED)) {
      update(state);
      FakeAgent.Request request = agent.next(Call.Type.UPDATE);
      request.answer(202);
      stream.send(acknowledged(request.call()));
      peers.add(request.peer());
    }
    assertThat(peers).doesNotContain(stream.peer());
    assertThat(peers.stream().distinct()).as("connections for calls").hasSize(1);
    assertStops();
    assertThat(log).isEmpty();
  }

  @Test
  void aMessageGoesToTheScheduler() throws Exception {
    startCheckpointing();
    subscribe();
    driver.sendFrameworkMessage("hellö".getBytes(StandardCharsets.UTF_8));
    FakeAgent.Request request = agent.next(Call.Type.MESSAGE);
    request.answer(202);
    assertThat(request.call().getMessage().getData().toStringUtf8()).isEqualTo("hellö");
  }

  @Test
  void theTokenIsSentWithEveryCallAndNeverLogged() throws Exception {
    MesosEnvironment plain = TestEnvironment.checkpointing(agent.endpoint());
    start(
        new MesosEnvironment(
            plain.endpoint(),
            plain.frameworkId(),
            plain.executorId(),
            plain.agentId(),
            plain.directory(),
            plain.sandbox(),
            plain.recovery(),
            plain.shutdownGracePeriod(),
            Optional.of(new AuthenticationToken("s3cret")),
            Optional.empty()));
    FakeAgent.Request subscribe = agent.next(Call.Type.SUBSCRIBE);
    assertThat(subscribe.head()).contains("Authorization: Bearer s3cret\n");
    FakeAgent.Stream stream = subscribe.openStream();
    stream.send(event(MachineDriver.subscribedEvent()));
    update(TaskState.TASK_RUNNING);
    FakeAgent.Request update = agent.next(Call.Type.UPDATE);
    assertThat(update.head()).contains("Authorization: Bearer s3cret\n");
    update.answer(400, "no");
    executor.next(Callback.Registered.class);
    executor.next(Callback.Failure.class);
    assertThat(log).isNotEmpty().noneMatch(line -> line.contains("s3cret"));
  }

  @Test
  void aLargeTaskArrives() throws Exception {
    startCheckpointing();
    FakeAgent.Stream stream = subscribe();
    Event.Builder launch = event(MachineDriver.launch("task")).toBuilder();
    launch.getLaunchBuilder().getTaskBuilder().setData(ByteString.copyFrom(new byte[13_000_000]));
    stream.send(launch.build());
    assertThat(executor.next(Callback.Launch.class).task().getData().size()).isEqualTo(13_000_000);
  }

  // Restarts of the agent.

  @Test
  void anAgentThatComesBackIsFoundAndToldEverything() throws Exception {
    startCheckpointing();
    FakeAgent.Stream stream = subscribeAndLaunch();
    update(TaskState.TASK_STARTING);
    nextUpdate(stream);
    update(TaskState.TASK_RUNNING);
    FakeAgent.Request running = agent.next(Call.Type.UPDATE);
    Call unacknowledged = running.call();
    running.answer(202);
    agent.die();
    executor.next(Callback.Disconnected.class);
    agent.listen();
    FakeAgent.Request request = agent.nextSubscribeAfterRestart();
    request.answer(404);
    agent.next(Call.Type.SUBSCRIBE).answer(503, "Agent has not finished recovery");
    FakeAgent.Request subscribe = agent.next(Call.Type.SUBSCRIBE);
    assertThat(subscribe.call().getSubscribe().getUnacknowledgedTasksCount()).isZero();
    assertThat(subscribe.call().getSubscribe().getUnacknowledgedUpdatesList())
        .containsExactly(unacknowledged.getUpdate());
    FakeAgent.Stream next = subscribe.openStream();
    next.send(event(MachineDriver.subscribedEvent()), acknowledged(unacknowledged));
    executor.next(Callback.Reregistered.class);

    update(TaskState.TASK_FINISHED);
    FakeAgent.Request early = agent.next(Call.Type.UPDATE);
    early.answer(503, "Agent has not finished recovery");
    assertThat(nextUpdate(next).getUpdate().getStatus().getUuid())
        .as("the same again")
        .isEqualTo(early.call().getUpdate().getStatus().getUuid());
    assertStops();
  }

  @Test
  void anUpdateWhoseAnswerIsLostIsSentAgain() throws Exception {
    startCheckpointing();
    FakeAgent.Stream stream = subscribeAndLaunch();
    update(TaskState.TASK_RUNNING);
    FakeAgent.Request lost = agent.next(Call.Type.UPDATE);
    lost.drop();
    assertThat(nextUpdate(stream).getUpdate()).isEqualTo(lost.call().getUpdate());
    assertStops();
  }

  @Test
  void aConnectionThatTheAgentEndedWhenIdleIsReplaced() throws Exception {
    startCheckpointing();
    FakeAgent.Stream stream = subscribeAndLaunch();
    update(TaskState.TASK_STARTING);
    FakeAgent.Request first = agent.next(Call.Type.UPDATE);
    first.answer(202);
    stream.send(acknowledged(first.call()));
    first.drop();
    update(TaskState.TASK_RUNNING);
    nextUpdate(stream);
    assertStops();
  }

  @Test
  void withoutCheckpointingTheExecutorShutsDownAndNobodyIsWaitedFor() throws Exception {
    start(TestEnvironment.notCheckpointing(agent.endpoint()));
    subscribeAndLaunch();
    agent.die();
    executor.next(Callback.Disconnected.class);
    executor.next(Callback.Shutdown.class);
    update(TaskState.TASK_KILLED);
    assertStops();
    assertThat(log)
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("the agent is gone, and this framework does not checkpoint"));
  }

  @Test
  void anAgentThatStaysAwayIsGivenUpAndTheDriverEndsByItself() throws Exception {
    Duration unit = Duration.ofMillis(500); // Also for a thread that is held up.
    MesosEnvironment environment =
        TestEnvironment.of(
            agent.endpoint(),
            "exec-1",
            "framework-1",
            Optional.of(new MesosEnvironment.Recovery(unit.multipliedBy(3), unit.multipliedBy(4))));
    DriverTimings timings = TestEnvironment.timings(environment);
    start(
        environment,
        new DriverTimings(
            timings.exchange(),
            timings.registration(),
            timings.acknowledgements(),
            timings.shutdownGracePeriod(),
            unit.multipliedBy(2),
            timings.recovery()));
    subscribeAndLaunch();
    agent.die();
    executor.next(Callback.Disconnected.class);
    executor.next(Callback.Shutdown.class);
    assertThat(driver.join()).isEqualTo(Status.DRIVER_STOPPED);
  }

  // Only the stream is lost.

  @Test
  void aNewAgentIsSubscribedToAgain() throws Exception {
    startCheckpointing();
    subscribeAndLaunch().drop();
    executor.next(Callback.Disconnected.class);
    FakeAgent.Request version = agent.next();
    assertThat(version.head()).startsWith("GET /version HTTP/1.1\n");
    version.answer(200, "{\"version\":\"1.11.0\"}");
    FakeAgent.Stream stream = agent.nextSubscribe();
    stream.send(event(MachineDriver.subscribedEvent()));
    executor.next(Callback.Reregistered.class);
    assertThat(driver.stop()).isEqualTo(Status.DRIVER_STOPPED);
    assertThat(driver.join(SOON)).isTrue();
  }

  @Test
  void anOldAgentIsLeftInPeaceUntilItRestarts() throws Exception {
    startCheckpointing();
    subscribeAndLaunch().drop();
    executor.next(Callback.Disconnected.class);
    agent.next().answer(200, "{\"version\":\"1.3.2\"}");
    FakeAgent.Request probe = agent.next(Call.Type.MESSAGE);
    assertThat(probe.call().getMessage().getData().isEmpty()).isTrue();
    probe.answer(202);

    update(TaskState.TASK_RUNNING);
    FakeAgent.Request running = agent.next(Call.Type.UPDATE);
    running.answer(202);

    agent.die();
    agent.listen();
    FakeAgent.Request request = agent.nextSubscribeAfterRestart();
    assertThat(request.call().getSubscribe().getUnacknowledgedUpdatesList())
        .containsExactly(running.call().getUpdate());
    request.openStream().send(event(MachineDriver.subscribedEvent()));
    executor.next(Callback.Reregistered.class);
  }

  @Test
  void withoutTheStreamAnAcceptedUpdateIsEnoughToStop() throws Exception {
    startCheckpointing();
    subscribeAndLaunch().drop();
    executor.next(Callback.Disconnected.class);
    agent.next().answer(200, "{\"version\":\"1.3.2\"}");
    agent.next(Call.Type.MESSAGE).answer(202);
    update(TaskState.TASK_FINISHED);
    driver.stop();
    assertThat(driver.join(Duration.ofMillis(200))).as("before the answer").isFalse();
    agent.next(Call.Type.UPDATE).answer(202);
    assertThat(driver.join(SOON)).isTrue();
  }

  // Agents that make no sense.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n15\r\n999999999999999999999\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc\n\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 3\r\n\r\nbad",
      })
  void nonsenseIsNamedAndTheAgentTriedAgain(String answer) throws Exception {
    startCheckpointing();
    agent.next(Call.Type.SUBSCRIBE).raw(answer);
    agent.next().answer(200, "{\"version\":\"1.11.0\"}");
    subscribe();
    assertThat(log)
        .hasSize(1)
        .first()
        .asString()
        .startsWith("No event stream from the agent at 127.0.0.1:");
  }

  @Test
  void aRecordThatIsNoEventIsSkipped() throws Exception {
    startCheckpointing();
    FakeAgent.Stream stream = subscribe();
    stream.sendRecord(new byte[] {1, 2, 3});
    stream.sendRecord(new byte[0]);
    stream.send(event(MachineDriver.launch("task")));
    executor.next(Callback.Launch.class);
    assertThat(log)
        .singleElement()
        .asString()
        .startsWith("Ignored an event of 3 bytes that cannot be read: ");
  }

  @Test
  void aRefusedSubscriptionShutsTheExecutorDown() throws Exception {
    startCheckpointing();
    agent.next(Call.Type.SUBSCRIBE).answer(400, "Framework cannot be found");
    assertThat(executor.next(Callback.Failure.class).message())
        .isEqualTo("Cannot subscribe: the agent answered status 400 'Framework cannot be found'.");
    executor.next(Callback.Shutdown.class);
    assertStops();
  }

  private void startImpatient() throws Exception {
    MesosEnvironment environment = TestEnvironment.checkpointing(agent.endpoint());
    DriverTimings timings = TestEnvironment.timings(environment);
    start(
        environment,
        new DriverTimings(
            Duration.ofSeconds(1),
            timings.registration(),
            timings.acknowledgements(),
            timings.shutdownGracePeriod(),
            timings.abandonedShutdown(),
            timings.recovery()));
  }

  @Test
  void anAgentThatDoesNotAnswerIsNotWaitedForForEver() throws Exception {
    startImpatient();
    agent.next(Call.Type.SUBSCRIBE);
    agent.subscribeInTime(executor);
    assertThat(log).hasSize(1).first().asString().contains("timed out");
  }

  @Test
  void anEventThatStopsHalfwayIsNotWaitedForForEver() throws Exception {
    startImpatient();
    FakeAgent.Stream stream = agent.subscribeInTime(executor);
    stream.raw("6\r\n100\nab\r\n");
    executor.next(Callback.Disconnected.class);
    FakeAgent.Request request = agent.next();
    while (request.head().startsWith("GET /version ")) {
      request.answer(200, "{\"version\":\"1.11.0\"}");
      request = agent.next();
    }
    assertThat(request.call().getType()).isEqualTo(Call.Type.SUBSCRIBE);
  }

  // Ends.

  @Test
  void shutdownMayBeAllThatIsEverSaid() throws Exception {
    startCheckpointing();
    agent
        .nextSubscribe()
        .send(
            event(
                MachineDriver.event(org.apache.mesos.executor.Protos.Event.Type.SHUTDOWN).build()));
    executor.next(Callback.Shutdown.class);
    assertStops();
    assertThat(executor.hasNoCallback()).isTrue();
  }

  @Test
  void stoppingDeliversWhatWasSentBefore() throws Exception {
    startCheckpointing();
    FakeAgent.Stream stream = subscribeAndLaunch();
    update(TaskState.TASK_RUNNING);
    update(TaskState.TASK_FINISHED);
    driver.stop();
    assertThat(driver.sendStatusUpdate(status("task", TaskState.TASK_LOST)))
        .isEqualTo(Status.DRIVER_STOPPED);
    assertThat(nextUpdate(stream).getUpdate().getStatus().getState())
        .isEqualTo(org.apache.mesos.v1.Protos.TaskState.TASK_RUNNING);
    assertThat(nextUpdate(stream).getUpdate().getStatus().getState())
        .isEqualTo(org.apache.mesos.v1.Protos.TaskState.TASK_FINISHED);
    assertThat(driver.join(SOON)).isTrue();
    assertThat(agent.hasNoRequest()).isTrue();
  }

  @Test
  void stoppingDoesNotWaitForEverForAnAcknowledgement() throws Exception {
    MesosEnvironment environment = TestEnvironment.checkpointing(agent.endpoint());
    start(environment, TestEnvironment.timings(environment));
    subscribeAndLaunch();
    update(TaskState.TASK_FINISHED);
    agent.next(Call.Type.UPDATE).answer(202);
    assertStops();
    assertThat(log)
        .containsExactly("Stopping with 1 status updates that the agent has not acknowledged.");
  }

  @Test
  void theDriverLeavesNoThreadsBehind() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    startCheckpointing();
    subscribe();
    assertStops();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("mesos-") && !before.contains(thread)) {
        thread.join(SOON.toMillis());
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }
}
