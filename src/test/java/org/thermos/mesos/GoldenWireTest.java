package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.mesos.GoldenWire.Answer;
import org.thermos.mesos.GoldenWire.Events;
import org.thermos.mesos.GoldenWire.Posted;
import org.thermos.mesos.GoldenWire.Step;
import org.thermos.mesos.GoldenWire.Subscribe;

/**
 * Replays what went between a real agent and an executor: our driver stands in for that executor,
 * which is told to send the same updates, and must make the same calls at the same points.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GoldenWireTest {

  static Stream<String> scenarios() throws IOException {
    try (Stream<Path> files = Files.list(GoldenWire.FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".log"))
          .map(name -> name.replace(".log", ""))
          .sorted()
          .toList()
          .stream();
    }
  }

  /** One recording, played to a driver. */
  private static final class Replay implements AutoCloseable {
    private final FakeAgent agent = new FakeAgent();
    private final RecordingExecutor executor = new RecordingExecutor();
    private final Map<ByteString, ByteString> uuids = new HashMap<>();
    private final List<String> log = new ArrayList<>();
    private final HttpExecutorDriver driver;
    private FakeAgent.Stream stream;
    private FakeAgent.Request posted;

    Replay(Call subscribe) throws Exception {
      MesosEnvironment environment =
          TestEnvironment.of(
              agent.endpoint(),
              subscribe.getExecutorId().getValue(),
              subscribe.getFrameworkId().getValue(),
              Optional.of(TestEnvironment.RECOVERY));
      driver =
          new HttpExecutorDriver(
              executor, environment, TestEnvironment.timings(environment), log::add);
      assertThat(driver.start()).isEqualTo(Status.DRIVER_RUNNING);
    }

    void subscribe(Call golden) throws Exception {
      if (stream != null) {
        agent.die();
        executor.next(Callback.Disconnected.class);
        // What the executor had to say meanwhile is in the recorded subscription.
        for (Call.Update update : golden.getSubscribe().getUnacknowledgedUpdatesList()) {
          send(update);
        }
        agent.listen();
        agent.nextSubscribeAfterRestart().answer(503, "Agent has not finished recovery");
      }
      FakeAgent.Request request = agent.next(Call.Type.SUBSCRIBE);
      Call call = request.call();
      for (int i = 0; i < golden.getSubscribe().getUnacknowledgedUpdatesCount(); i++) {
        remember(
            golden.getSubscribe().getUnacknowledgedUpdates(i),
            call.getSubscribe().getUnacknowledgedUpdates(i));
      }
      assertThat(normalized(call)).isEqualTo(normalized(golden));
      stream = request.openStream();
    }

    void events(List<Event> events) throws Exception {
      for (Event event : events) {
        if (event.getType() == Event.Type.ACKNOWLEDGED) {
          ByteString uuid = uuids.get(event.getAcknowledged().getUuid());
          stream.send(
              event.toBuilder()
                  .setAcknowledged(event.getAcknowledged().toBuilder().setUuid(uuid))
                  .build());
          continue;
        }
        stream.send(event);
        switch (event.getType()) {
          case LAUNCH -> {
            Callback.Launch launch = executor.next(Callback.Launch.class);
            assertThat(launch.task().toByteString())
                .isEqualTo(event.getLaunch().getTask().toByteString());
          }
          case KILL ->
              assertThat(executor.next(Callback.Kill.class).task().getValue())
                  .isEqualTo(event.getKill().getTaskId().getValue());
          case SHUTDOWN -> executor.next(Callback.Shutdown.class);
          case MESSAGE ->
              assertThat(executor.next(Callback.Message.class).data())
                  .isEqualTo(event.getMessage().getData());
          case SUBSCRIBED -> registered(event.getSubscribed());
          default -> throw new IllegalStateException("not in the recordings: " + event);
        }
      }
    }

    private boolean registeredBefore;

    private void registered(Event.Subscribed subscribed) throws Exception {
      if (registeredBefore) {
        assertThat(executor.next(Callback.Reregistered.class).agent().toByteString())
            .isEqualTo(subscribed.getAgentInfo().toByteString());
        return;
      }
      registeredBefore = true;
      Callback.Registered registered = executor.next(Callback.Registered.class);
      assertThat(registered.agent().toByteString())
          .isEqualTo(subscribed.getAgentInfo().toByteString());
      assertThat(registered.framework().toByteString())
          .isEqualTo(subscribed.getFrameworkInfo().toByteString());
      assertThat(registered.executorInfo().toByteString())
          .isEqualTo(subscribed.getExecutorInfo().toByteString());
    }

    void post(Call golden) throws Exception {
      if (golden.getType() == Call.Type.MESSAGE) {
        driver.sendFrameworkMessage(golden.getMessage().getData().toByteArray());
      } else if (uuids.containsKey(golden.getUpdate().getStatus().getUuid())) {
        return; // That executor posted once more what it had sent with its subscription; ours need
        // not.
      } else {
        send(golden.getUpdate());
      }
      posted = agent.next(golden.getType());
      Call call = posted.call();
      remember(golden.getUpdate(), call.getUpdate());
      assertThat(normalized(call)).isEqualTo(normalized(golden));
    }

    void answer(Answer answer) throws IOException {
      if (posted != null) {
        posted.answer(answer.status(), answer.text());
        posted = null;
      }
    }

    private void send(Call.Update update) throws IOException {
      TaskStatus golden = TaskStatus.parseFrom(update.getStatus().toByteString());
      TaskStatus.Builder status =
          TaskStatus.newBuilder().setTaskId(golden.getTaskId()).setState(golden.getState());
      if (golden.hasMessage()) {
        status.setMessage(golden.getMessage());
      }
      assertThat(driver.sendStatusUpdate(status.build())).isEqualTo(Status.DRIVER_RUNNING);
    }

    private void remember(Call.Update golden, Call.Update ours) {
      assertThat(ours.getStatus().getUuid().size()).isEqualTo(golden.getStatus().getUuid().size());
      uuids.put(golden.getStatus().getUuid(), ours.getStatus().getUuid());
    }

    /** Without what differs each time, and without the agent's id, which that executor left out. */
    private static Call normalized(Call call) {
      Call.Builder normalized = call.toBuilder();
      if (call.hasUpdate()) {
        normalized.setUpdate(normalized(call.getUpdate()));
      }
      if (call.hasSubscribe()) {
        normalized.getSubscribeBuilder().clearUnacknowledgedUpdates();
        call.getSubscribe()
            .getUnacknowledgedUpdatesList()
            .forEach(u -> normalized.getSubscribeBuilder().addUnacknowledgedUpdates(normalized(u)));
      }
      return normalized.build();
    }

    private static Call.Update normalized(Call.Update update) {
      Call.Update.Builder normalized = update.toBuilder();
      normalized.getStatusBuilder().clearUuid().clearTimestamp().clearAgentId();
      return normalized.build();
    }

    @Override
    public void close() throws IOException {
      driver.abort();
      agent.close();
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void theDriverMakesTheCallsOfTheRecording(String scenario) throws Exception {
    List<Step> steps = GoldenWire.read(scenario);
    assertThat(steps).hasSizeGreaterThan(1);
    try (Replay replay = new Replay(((Subscribe) steps.get(0)).call())) {
      for (int i = 0; i < steps.size(); i++) {
        Step step = steps.get(i);
        if (step instanceof Subscribe subscribe) {
          replay.subscribe(subscribe.call());
        } else if (step instanceof Events events) {
          replay.events(events.events());
        } else if (step instanceof Posted posted) {
          replay.post(posted.call());
        } else if (step instanceof Answer answer) {
          replay.answer(answer);
        }
      }
      replay.driver.stop();
      assertThat(replay.driver.join(Duration.ofSeconds(15))).as("the driver ends").isTrue();
      assertThat(replay.executor.hasNoCallback()).isTrue();
    }
  }
}
