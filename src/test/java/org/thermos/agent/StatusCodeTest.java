package org.thermos.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What requests are answered with: the table of the agent's HTTP API, row by row. */
@Timeout(60)
final class StatusCodeTest {
  private static final String POST = "POST /api/v1/executor HTTP/1.1";
  private static final String JSON = "Content-Type: application/json\r\nAccept: application/json";
  private static final String IDS =
      "\"executor_id\":{\"value\":\"executor\"},\"framework_id\":{\"value\":\"framework\"}";
  private static final String SUBSCRIBE = "{" + IDS + ",\"type\":\"SUBSCRIBE\",\"subscribe\":{}}";

  @TempDir Path work;

  private final RecordingListener scheduler = new RecordingListener();
  private EmbeddedAgent agent;

  @BeforeEach
  void start() throws IOException {
    AgentSettings settings = Samples.settings(work, Samples.Checkpoint.ON);
    agent = EmbeddedAgent.start(settings, scheduler, new FakeLauncher());
    agent.launch(Samples.executor("true"), Samples.task("task"));
  }

  @AfterEach
  void close() {
    agent.close();
  }

  static Stream<Arguments> badCalls() {
    TaskStatus good = Samples.status("task", TaskState.TASK_RUNNING, 1);
    FrameworkID otherFramework = FrameworkID.newBuilder().setValue("other").build();
    ExecutorID otherExecutor = ExecutorID.newBuilder().setValue("other").build();
    return Stream.of(
        arguments("no type", Call.newBuilder(Samples.subscribe()).clearType().build()),
        arguments("no subscribe", Samples.call(Call.Type.SUBSCRIBE).build()),
        arguments("no update", Samples.call(Call.Type.UPDATE).build()),
        arguments("no message", Samples.call(Call.Type.MESSAGE).build()),
        arguments(
            "unknown framework",
            Samples.subscribe().toBuilder().setFrameworkId(otherFramework).build()),
        arguments(
            "unknown executor",
            Samples.subscribe().toBuilder().setExecutorId(otherExecutor).build()),
        arguments("no uuid", Samples.update(good.toBuilder().clearUuid().build())),
        arguments(
            "short uuid",
            Samples.update(good.toBuilder().setUuid(ByteString.copyFromUtf8("short")).build())),
        arguments("no source", Samples.update(good.toBuilder().clearSource().build())),
        arguments(
            "source agent",
            Samples.update(good.toBuilder().setSource(TaskStatus.Source.SOURCE_SLAVE).build())),
        arguments(
            "another executor's status",
            Samples.update(good.toBuilder().setExecutorId(otherExecutor).build())),
        arguments(
            "TASK_STAGING", Samples.update(Samples.status("task", TaskState.TASK_STAGING, 1))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badCalls")
  void badCallsAreBadRequests(String name, Call call) throws IOException {
    assertThat(status(TestClient.request(MediaType.JSON, call))).isEqualTo(400);
    assertThat(status(TestClient.request(MediaType.PROTOBUF, call))).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "nonsense",
        "{" + IDS + ",\"type\":\"SUBSCRIBE\",\"subscribe\":{}} {}",
        "{" + IDS + ",\"type\":\"DANCE\"}",
        "{" + IDS + ",\"type\":1,\"subscribe\":{}}",
        "{\"type\":\"SUBSCRIBE\",\"subscribe\":{},\"framework_id\":{\"value\":\"framework\"}}",
        "{\"type\":\"SUBSCRIBE\",\"subscribe\":{},\"executor_id\":{\"value\":\"executor\"}}",
        "{\"type\":\"SUBSCRIBE\",\"subscribe\":{},\"executor_id\":{},\"framework_id\":{}}",
        "{" + IDS + ",\"type\":\"MESSAGE\",\"message\":{\"data\":\"not base64!\"}}",
        "{" + IDS + ",\"type\":\"MESSAGE\",\"message\":[]}"
      })
  void badJsonIsABadRequest(String body) throws IOException {
    assertThat(status(TestClient.request(POST, JSON, body.getBytes(UTF_8)))).isEqualTo(400);
  }

  @Test
  void jsonOfAnyDepthIsABadRequest() throws IOException {
    String deep = "{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThat(status(TestClient.request(POST, JSON, deep.getBytes(UTF_8)))).isEqualTo(400);
  }

  @Test
  void badProtobufIsABadRequest() throws IOException {
    String headers = "Content-Type: application/x-protobuf\r\nAccept: application/x-protobuf";
    byte[] nonsense = "nonsense".getBytes(UTF_8);
    assertThat(status(TestClient.request(POST, headers, nonsense))).isEqualTo(400);
  }

  @ParameterizedTest
  @EnumSource(MediaType.class)
  void updatesAndMessagesBeforeSubscribingAreForbidden(MediaType type) throws IOException {
    Call update = Samples.update(Samples.status("task", TaskState.TASK_RUNNING, 1));
    assertThat(status(TestClient.request(type, update))).isEqualTo(403);
    assertThat(status(TestClient.request(type, Samples.message("x")))).isEqualTo(403);
  }

  @Test
  void theVersionIsOneWhoseAgentsSurviveANewStream() throws IOException {
    try (TestClient client = TestClient.connect(agent.endpoint())) {
      client.send("GET /version HTTP/1.1\r\nHost: x\r\n\r\n");
      TestClient.Response response = client.readResponse();
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.headers()).containsEntry("content-type", "application/json");
      assertThat(response.body()).isEqualTo("{\"version\":\"1.4.3\"}");
    }
  }

  @Test
  void otherPathsAreNotFound() throws IOException {
    assertThat(status(request("POST /api/v1 HTTP/1.1", JSON))).isEqualTo(404);
    assertThat(status(request("GET / HTTP/1.1", JSON))).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE"})
  void otherMethodsAreNotAllowed(String method) throws IOException {
    assertThat(status(request(method + " /api/v1/executor HTTP/1.1", JSON))).isEqualTo(405);
  }

  @Test
  void otherAnswersAreNotAcceptable() throws IOException {
    String headers = "Content-Type: application/json\r\nAccept: text/html, application/json;q=0";
    assertThat(status(request(POST, headers))).isEqualTo(406);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json; charset=utf-8", "text/plain", "application/JSON"})
  void otherContentTypesAreUnsupported(String type) throws IOException {
    assertThat(status(request(POST, "Content-Type: " + type))).isEqualTo(415);
  }

  @Test
  void aContentTypeHasToBeGiven() throws IOException {
    assertThat(status(request(POST, "Accept: application/json"))).isEqualTo(400);
  }

  @Test
  void anUnknownCallIsNotImplemented() throws IOException {
    try (TestClient stream = subscribed(MediaType.JSON)) {
      assertThat(stream.readEvent(MediaType.JSON).getType()).isEqualTo(Event.Type.SUBSCRIBED);
      assertThat(
              status(TestClient.request(MediaType.JSON, Samples.call(Call.Type.UNKNOWN).build())))
          .isEqualTo(501);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /slave(1)/api/v1/executor HTTP/1.1",
        "POST /slave%281%29/api/v1/executor HTTP/1.1",
        "POST /api/v1/executor?x=y HTTP/1.1",
        "POST /api/v1/executor HTTP/1.0"
      })
  void theApiHasSeveralNames(String line) throws IOException {
    assertThat(status(request(line, JSON))).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA",
        "Expect: 100-continue",
        "Mesos-Stream-Id: 1",
        "Accept-Encoding: gzip"
      })
  void someHeadersMeanNothing(String header) throws IOException {
    assertThat(status(request(POST, JSON + "\r\n" + header))).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "application/*", "application/x-protobuf, application/json;q=0.1"})
  void jsonIsPreferredWhereBothAreAcceptable(String accept) throws IOException {
    byte[] request =
        TestClient.request(
            POST, "Content-Type: application/json\r\nAccept: " + accept, SUBSCRIBE.getBytes(UTF_8));
    try (TestClient client = TestClient.connect(agent.endpoint()).send(request)) {
      TestClient.Response response = client.readResponse();
      assertThat(response.headers())
          .containsEntry("content-type", "application/json")
          .containsEntry("transfer-encoding", "chunked")
          .doesNotContainKey("content-length");
      assertThat(client.readEvent(MediaType.JSON).getType()).isEqualTo(Event.Type.SUBSCRIBED);
    }
  }

  @Test
  void unknownFieldsAreSkipped() throws IOException {
    String body = SUBSCRIBE.replace("{" + IDS, "{\"new\":{\"a\":[1,{\"b\":null}]}," + IDS);
    assertThat(status(TestClient.request(POST, JSON, body.getBytes(UTF_8)))).isEqualTo(200);
  }

  @Test
  void bodiesMayComeInChunks() throws IOException {
    String chunks =
        "%x;extension\r\n%s\r\n%x\r\n%s\r\n0\r\nTrailer: x\r\n\r\n"
            .formatted(
                5, SUBSCRIBE.substring(0, 5), SUBSCRIBE.length() - 5, SUBSCRIBE.substring(5));
    String head = POST + "\r\n" + JSON + "\r\nTransfer-Encoding: chunked\r\n\r\n";
    assertThat(status((head + chunks).getBytes(UTF_8))).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource(MediaType.class)
  void requestsOnOneConnectionAreAnsweredInOrder(MediaType type) throws Exception {
    try (TestClient stream = subscribed(type);
        TestClient client = TestClient.connect(agent.endpoint())) {
      assertThat(stream.readEvent(type).getType()).isEqualTo(Event.Type.SUBSCRIBED);
      client.send(TestClient.request(type, Samples.message("one")));
      client.send(request("GET /api/v1/executor HTTP/1.1", JSON));
      client.send(TestClient.request(type, Samples.message("two")));
      assertThat(client.readResponse().status()).isEqualTo(202);
      assertThat(client.readResponse().status()).isEqualTo(405);
      assertThat(client.readResponse().status()).isEqualTo(202);
      assertThat(scheduler.nextMessage().data()).isEqualTo("one");
      assertThat(scheduler.nextMessage().data()).isEqualTo("two");
    }
  }

  @Test
  void aConnectionEndsWhenAskedTo() throws IOException {
    String headers = JSON + "\r\nConnection: close";
    try (TestClient client =
        TestClient.connect(agent.endpoint())
            .send(request("GET /api/v1/executor HTTP/1.1", headers))) {
      assertThat(client.readResponse().status()).isEqualTo(405);
      assertThat(client.readRest()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(MediaType.class)
  void largeMessagesArrive(MediaType type) throws Exception {
    String large = "0123456789".repeat(300_000);
    try (TestClient stream = subscribed(type)) {
      assertThat(stream.readEvent(type).getType()).isEqualTo(Event.Type.SUBSCRIBED);
      assertThat(status(TestClient.request(type, Samples.message(large)))).isEqualTo(202);
      assertThat(scheduler.nextMessage().data()).isEqualTo(large);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "POST /api/v1/executor\r\n\r\n",
        "POST  HTTP/1.1\r\n\r\n",
        "POST /api/v1/executor HTTP/3\r\n\r\n",
        "POST /api/v1/executor HTTP/1.1\r\nno colon\r\n\r\n",
        "POST /api/v1/executor HTTP/1.1\r\n: no name\r\n\r\n",
        "POST /api/v1/executor HTTP/1.1\r\nA: b\r\n folded\r\n\r\n",
        "POST /api/v1/executor HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST /api/v1/executor HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /api/v1/executor HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST /api/v1/executor HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST /api/v1/executor HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        "POST /api/v1/executor HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "POST /api/v1/executor HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"
      })
  void malformedRequestsAreRefusedAndTheConnectionClosed(String request) throws IOException {
    try (TestClient client = TestClient.connect(agent.endpoint()).send(request)) {
      assertThat(client.readResponse().status()).isEqualTo(400);
      assertThat(client.readRest()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /api/v1/executor HTTP/1.1\r\nContent-Length: 33554433\r\n\r\n",
        "POST /api/v1/executor HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2000001\r\n"
      })
  void bodiesThatAnnounceTooMuchAreRefused(String request) throws IOException {
    assertThat(status(request.getBytes(UTF_8))).isEqualTo(413);
  }

  @Test
  void endlessLinesAndHeadersAreRefused() throws IOException {
    String line = POST + "\r\nX: " + "x".repeat(10_000) + "\r\n\r\n";
    assertThat(status(line.getBytes(UTF_8))).isEqualTo(431);
    String headers = POST + "\r\n" + "X: y\r\n".repeat(200) + "\r\n";
    assertThat(status(headers.getBytes(UTF_8))).isEqualTo(400);
  }

  @Test
  void aRequestBrokenOffHarmsNobody() throws IOException {
    try (TestClient client = TestClient.connect(agent.endpoint())) {
      client.send("POST /api/v1/executor HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
    }
    assertThat(status(request(POST, JSON))).isEqualTo(200);
  }

  @Test
  void tooManyConnectionsAreTurnedAway() throws Exception {
    try (Connections open = new Connections()) {
      for (int i = 0; i < HttpServer.MAX_CONNECTIONS; i++) {
        TestClient client = open.add(TestClient.connect(agent.endpoint()));
        client.send(request("GET /api/v1/executor HTTP/1.1", JSON));
        assertThat(client.readResponse().status()).isEqualTo(405);
      }
      TestClient tooMuch = open.add(TestClient.connect(agent.endpoint()));
      assertThat(tooMuch.readRest()).isEmpty();
    }
  }

  private TestClient subscribed(MediaType type) throws IOException {
    TestClient stream =
        TestClient.connect(agent.endpoint()).send(TestClient.request(type, Samples.subscribe()));
    assertThat(stream.readResponse().status()).isEqualTo(200);
    return stream;
  }

  private int status(byte[] request) throws IOException {
    try (TestClient client = TestClient.connect(agent.endpoint()).send(request)) {
      return client.readResponse().status();
    }
  }

  private static byte[] request(String line, String headers) {
    return TestClient.request(line, headers, SUBSCRIBE.getBytes(UTF_8));
  }

  /** Closes what it was given. */
  private static final class Connections implements AutoCloseable {
    private final List<TestClient> clients = new ArrayList<>();

    TestClient add(TestClient client) {
      clients.add(client);
      return client;
    }

    @Override
    public void close() throws IOException {
      for (TestClient client : clients) {
        client.close();
      }
    }
  }
}
