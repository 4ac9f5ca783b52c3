package org.thermos.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.SlaveInfo;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Plays the recorded executors of a real agent's sessions to ours: it has to send the same events,
 * to the byte in JSON, and its scheduler has to see the same updates.
 */
@Timeout(60)
final class GoldenReplayTest {
  /** How long it takes the agent to get from one state to the next when it comes back. */
  private static final Duration STEP = Duration.ofMillis(500);

  @TempDir Path work;

  private final RecordingListener scheduler = new RecordingListener();
  private final FakeLauncher launcher = new FakeLauncher();
  private final List<TestClient> clients = new ArrayList<>();
  private EmbeddedAgent agent;
  private String scenario;
  private MediaType type;
  private LaunchedExecutor launched;
  private ExecutorInfo executor;
  private TaskInfo task;

  @AfterEach
  void close() throws IOException {
    for (TestClient client : clients) {
      client.close();
    }
    agent.close();
  }

  @ParameterizedTest
  @CsvSource({
    "three,JSON", "three,PROTOBUF",
    "kill1,JSON", "kill1,PROTOBUF",
    "shut1,JSON", "shut1,PROTOBUF",
    "killearly,JSON", "killearly,PROTOBUF",
    "msg,JSON", "msg,PROTOBUF",
    "rush,JSON", "rush,PROTOBUF",
    "exit7,JSON", "exit7,PROTOBUF",
    "noack,JSON", "noack,PROTOBUF",
    "dropstay,JSON", "dropstay,PROTOBUF",
    "crash1,JSON", "crash1,PROTOBUF",
    "crash2,JSON", "crash2,PROTOBUF",
    "crash5,JSON", "crash5,PROTOBUF"
  })
  void behavesAsRecorded(String scenario, MediaType type) throws Exception {
    this.scenario = scenario;
    this.type = type;
    List<GoldenLog.Step> steps = GoldenLog.wire(scenario);
    start(steps);
    if (scenario.equals("noack")) {
      scheduler.withhold();
    }
    if (scenario.equals("killearly")) {
      agent.kill(task.getTaskId());
    }
    replay(steps);
    end();
    assertThat(seenByScheduler()).containsExactlyElementsOf(expectedByScheduler());
  }

  private void start(List<GoldenLog.Step> steps) throws Exception {
    Event.Subscribed subscribed = sample(steps, Event.Type.SUBSCRIBED).getSubscribed();
    FrameworkInfo framework = subscribed.getFrameworkInfo();
    SlaveInfo info = subscribed.getSlaveInfo();
    executor = subscribed.getExecutorInfo();
    task = sample(steps, Event.Type.LAUNCH).getLaunch().getTask();
    if (scenario.equals("killearly")) {
      // It never got as far as SUBSCRIBED: borrow the infos, but use its ids.
      Call call = call((GoldenLog.Step.Request) steps.get(0));
      framework = framework.toBuilder().setId(call.getFrameworkId()).build();
      executor = executor.toBuilder().setExecutorId(call.getExecutorId()).build();
      task = task.toBuilder().setTaskId(Samples.taskId(scenario)).build();
    }
    AgentSettings settings =
        new AgentSettings(
            work, info.getId(), info.getHostname(), framework, info.getResourcesList(), timeouts());
    agent = EmbeddedAgent.start(settings, scheduler, launcher);
    launched = agent.launch(executor, task);
  }

  private Timeouts timeouts() {
    return new Timeouts(
        Duration.ofSeconds(30),
        Duration.ofSeconds(3),
        Duration.ofSeconds(30),
        Duration.ofMinutes(15),
        // Elsewhere no update is to come twice only because somebody was slow.
        scenario.equals("noack") ? Duration.ofMillis(500) : Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        STEP,
        STEP);
  }

  private Event sample(List<GoldenLog.Step> steps, Event.Type eventType) throws IOException {
    List<GoldenLog.Step> source = scenario.equals("killearly") ? GoldenLog.wire("msg") : steps;
    for (GoldenLog.Step step : source) {
      if (step instanceof GoldenLog.Step.Event event
          && parse(event.json()).getType() == eventType) {
        return parse(event.json());
      }
    }
    throw new AssertionError("No " + eventType + " in " + scenario);
  }

  private void replay(List<GoldenLog.Step> steps) throws Exception {
    Optional<TestClient> stream = Optional.empty();
    Optional<TestClient> called = Optional.empty();
    byte[] lastRequest = {};
    for (int i = 0; i < steps.size(); i++) {
      GoldenLog.Step step = steps.get(i);
      if (step instanceof GoldenLog.Step.Request request) {
        if (scenario.equals("dropstay") && i == steps.size() - 2) {
          stream.orElseThrow().close();
        }
        if (!request.subscribes()) {
          lastRequest = bytes(request);
          called = Optional.of(connect().send(lastRequest));
        } else if (stream.isEmpty()) {
          stream = Optional.of(connect().send(bytes(request)));
          assertThat(stream.get().readResponse().status()).isEqualTo(200);
        } else {
          agent.stop();
          assertThat(stream.get().readRest()).as("after the crash").isEmpty();
          agent.restart();
          stream = Optional.of(resubscribe(bytes(request)));
        }
      } else if (step instanceof GoldenLog.Step.Answer answer) {
        TestClient.Response response = called.orElseThrow().readResponse();
        while (answer.status() == 202 && response.status() == 503) {
          try (TestClient again = connect()) {
            response = again.send(lastRequest).readResponse();
          }
        }
        assertThat(response.status()).isEqualTo(answer.status());
        assertThat(response.body()).isEqualTo(answer.body());
      } else if (step instanceof GoldenLog.Step.Event event) {
        provoke(parse(event.json()));
        expect(event.json(), stream.orElseThrow());
      }
    }
  }

  /** Does what the scheduler of the recording did to cause an event. */
  private void provoke(Event event) {
    switch (event.getType()) {
      case KILL -> agent.kill(event.getKill().getTaskId());
      case SHUTDOWN -> agent.shutdown(executor.getExecutorId());
      case MESSAGE ->
          agent.send(executor.getExecutorId(), event.getMessage().getData().toByteArray());
      default -> assertThat(event.getType()).isNotEqualTo(Event.Type.ERROR);
    }
  }

  private void expect(String recorded, TestClient stream) throws IOException {
    String container = launched.containerId().getValue();
    String expected =
        recorded
            .replace("\"port\":5051", "\"port\":" + agent.endpoint().getPort())
            .replaceFirst(
                "\"container_id\":\\{\"value\":\"[^\"]*\"",
                "\"container_id\":{\"value\":\"" + container + "\"");
    if (type == MediaType.JSON) {
      assertThat(new String(stream.readRecord(), ISO_8859_1)).isEqualTo(expected);
    } else {
      assertThat(Event.parseFrom(stream.readRecord())).isEqualTo(parse(expected));
    }
  }

  private TestClient resubscribe(byte[] request) throws IOException {
    List<Integer> statuses = new ArrayList<>();
    while (true) {
      TestClient client = connect().send(request);
      int status = client.readResponse().status();
      if (status == 200) {
        assertThat(statuses).as("before it was ready").startsWith(404).endsWith(503);
        return client;
      }
      client.close();
      statuses.add(status);
      assertThat(status).isIn(404, 503);
    }
  }

  private void end() throws Exception {
    FakeLauncher.FakeContainer container = launcher.next();
    if (scenario.equals("crash5")) {
      agent.stop();
      container.exit().complete(9);
      agent.restart();
    }
    if (scenario.equals("rush")) {
      assertThat(scheduler.nextUpdate().status().getState().name()).isEqualTo("TASK_STARTING");
      assertThat(scheduler.nextUpdate().status().getState().name()).isEqualTo("TASK_RUNNING");
    }
    for (JsonNode failure : GoldenLog.scheduler(scenario, "FAILURE")) {
      if (!failure.path("executor").asText().equals(executor.getExecutorId().getValue())) {
        continue;
      }
      int status = failure.path("status").asInt();
      if (scenario.equals("rush")) {
        break;
      }
      container.exit().complete(status);
      assertThat(scheduler.nextEnd().waitStatus()).isEqualTo(status);
    }
  }

  private List<Map<String, String>> expectedByScheduler() throws IOException {
    Map<String, Map<String, String>> byUuid = new LinkedHashMap<>();
    for (JsonNode update : GoldenLog.scheduler(scenario, "UPDATE")) {
      boolean isOurs = update.path("executor").asText().equals(executor.getExecutorId().getValue());
      boolean wasTaken =
          scenario.equals("rush") && !update.path("state").asText().equals("TASK_FINISHED");
      if (isOurs && !wasTaken) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String name : List.of("task", "state", "source", "reason", "message")) {
          fields.put(name, update.path(name).asText(""));
        }
        boolean fromExecutor = fields.get("source").equals("SOURCE_EXECUTOR");
        fields.put("uuid", fromExecutor ? update.path("uuid").asText() : "");
        byUuid.putIfAbsent(update.path("uuid").asText(), fields);
      }
    }
    return List.copyOf(byUuid.values());
  }

  private List<Map<String, String>> seenByScheduler() throws Exception {
    int expected = expectedByScheduler().size();
    Map<ByteString, Map<String, String>> byUuid = new LinkedHashMap<>();
    StatusUpdate last = scheduler.nextUpdate();
    while (true) {
      TaskStatus status = last.status();
      byUuid.putIfAbsent(status.getUuid(), fields(status));
      if (byUuid.size() == expected && (!scenario.equals("noack") || last.attempt() == 3)) {
        break;
      }
      last = scheduler.nextUpdate();
    }
    return List.copyOf(byUuid.values());
  }

  private static Map<String, String> fields(TaskStatus status) {
    boolean fromExecutor = status.getSource() == TaskStatus.Source.SOURCE_EXECUTOR;
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("task", status.getTaskId().getValue());
    fields.put("state", status.getState().name());
    fields.put(
        "source",
        org.apache.mesos.v1.Protos.TaskStatus.Source.forNumber(status.getSource().getNumber())
            .name());
    fields.put("reason", status.hasReason() ? status.getReason().name() : "");
    fields.put("message", status.getMessage());
    fields.put(
        "uuid", fromExecutor ? HexFormat.of().formatHex(status.getUuid().toByteArray()) : "");
    return fields;
  }

  private byte[] bytes(GoldenLog.Step.Request request) throws Exception {
    return type == MediaType.JSON
        ? request.text().getBytes(ISO_8859_1)
        : TestClient.request(type, call(request));
  }

  private static Call call(GoldenLog.Step.Request request) throws Exception {
    String text = request.text();
    String body = text.substring(text.indexOf("\r\n\r\n") + 4);
    assertThat(new ObjectMapper().readTree(body).isObject()).isTrue();
    return MediaType.JSON.decode(ByteString.copyFrom(body, ISO_8859_1));
  }

  private static Event parse(String json) throws IOException {
    var event = org.apache.mesos.v1.executor.Protos.Event.newBuilder();
    MessageJson.read(ByteString.copyFrom(json, ISO_8859_1), event);
    return Event.parseFrom(event.build().toByteString());
  }

  private TestClient connect() throws IOException {
    TestClient client = TestClient.connect(agent.endpoint());
    clients.add(client);
    return client;
  }
}
