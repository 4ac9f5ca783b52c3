package org.thermos.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.config.HealthCheck;
import org.thermos.config.StatusCodes;
import org.thermos.http.ClosedPort;

/** The table of health 7.2, with servers that do as tasks do. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpCheckTest {
  private static final Charset UTF = StandardCharsets.UTF_8;
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final StatusCodes ANY = StatusCodes.UNSPECIFIED;

  private final Watch watch = new Watch();
  private final CountDownLatch never = new CountDownLatch(1);

  @AfterEach
  void end() {
    never.countDown();
    watch.close();
  }

  private String failure(PlayedServer server, String expected, StatusCodes codes, Duration timeout)
      throws Exception {
    try (server) {
      return watch.failure(Watch.http(server.port(), expected, codes, timeout));
    }
  }

  private String failure(String answer, String expected, StatusCodes codes) throws Exception {
    return failure(PlayedServer.saying(answer), expected, codes, LONG);
  }

  @Test
  void theRequestIsAGetThatNeedsNoMoreThanOneConnection() throws Exception {
    try (PlayedServer server = PlayedServer.saying(PlayedServer.answer(200, "ok"))) {
      assertThat(watch.failure(Watch.http(server.port()))).isEmpty();
      assertThat(server.nextRequest())
          .startsWith("GET /health HTTP/1.1\nHost: localhost:" + server.port() + "\n")
          .contains("Connection: close");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "200, ok, ok, 0, ''",
    "200, '  OK\r\n', ok, 0, ''",
    "200, ok, OK, 0, ''",
    "200, ok, ok, 200, ''",
    "200, no, ok, 0, 'Response differs from expected response (expected \"ok\", got \"no\")'",
    "200, no, ok, 404, 'Response differs from expected response (expected \"ok\", got \"no\")'",
    "200, ok, ok, 404, 'Response code differs from expected response (expected 404, got 200)'",
    "200, 123456789, abcdefghij, 0,"
        + " 'Response differs from expected response (expected \"abcdefg...\", got \"123456789\")'",
    "200, 1234567890, abcdefghi, 0,"
        + " 'Response differs from expected response (expected \"abcdefghi\", got \"1234567...\")'",
    // An error counts as an empty body with that code.
    "404, ok, ok, 0, 'Response differs from expected response (expected \"ok\", got \"\")'",
    "404, ok, '', 404, ''",
    "500, ok, '', 404, 'Response code differs from expected response (expected 404, got 500)'",
    // Without expectations an error is one (the original: healthy).
    "500, ok, '', 0,"
        + " 'Response code differs from expected response (expected below 400, got 500)'",
    "400, ok, '', 0,"
        + " 'Response code differs from expected response (expected below 400, got 400)'",
    "204, '', '', 0, ''",
    "399, x, '', 0, ''",
  })
  void anAnswerIsJudgedByBodyThenByCode(
      int code, String body, String expected, int expectedCode, String failure) throws Exception {
    assertThat(failure(PlayedServer.answer(code, body), expected, StatusCodes.of(expectedCode)))
        .isEqualTo(failure);
  }

  @Test
  void codesMayBeExpectedInRanges() throws Exception {
    StatusCodes codes =
        new StatusCodes(List.of(new StatusCodes.Range(200, 299), new StatusCodes.Range(404, 404)));
    assertThat(failure(PlayedServer.answer(250, ""), "", codes)).isEmpty();
    assertThat(failure(PlayedServer.answer(404, ""), "", codes)).isEmpty();
    assertThat(failure(PlayedServer.answer(302, ""), "", codes))
        .isEqualTo("Response code differs from expected response (expected 200-299,404, got 302)");
  }

  @Test
  void aPortThatNobodyListensOnIsRefused() throws Exception {
    try (ClosedPort closed = new ClosedPort()) {
      assertThat(watch.failure(Watch.http(closed.number())))
          .isEqualTo(
              "Failed to signal http://localhost:"
                  + closed.number()
                  + "/health: <urlopen error [Errno 111] Connection refused>");
    }
  }

  @Test
  void aServerOfTheOtherFamilyIsFound() throws Exception {
    try (ClosedPort closed = new ClosedPort()) {
      ServerSocket socket =
          new ServerSocket(
              closed.number(),
              10,
              InetAddress.getByAddress(
                  new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
      PlayedServer server =
          new PlayedServer(
              socket, (request, out) -> out.write(PlayedServer.answer(200, "ok").getBytes(UTF)));
      assertThat(failure(server, "ok", ANY, LONG)).isEmpty();
    }
  }

  private void assertTimesOut(PlayedServer.Answer answer) throws Exception {
    long began = System.nanoTime();
    PlayedServer server = new PlayedServer(answer);
    int port = server.port();
    assertThat(failure(server, "", ANY, SHORT))
        .isEqualTo("Failed to signal http://localhost:" + port + "/health: Error within timeout");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(SHORT, LONG);
  }

  @Test
  void aServerThatNeverAnswersHoldsACheckNoLongerThanItsTime() throws Exception {
    assertTimesOut((request, out) -> never.await());
  }

  @Test
  void aServerThatDripsHoldsACheckNoLongerThanItsTime() throws Exception {
    assertTimesOut((request, out) -> drip("HTTP/1.1 200 OK\r\n", out));
    assertTimesOut((request, out) -> drip("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", out));
    assertTimesOut((request, out) -> drip("HTTP/1.1 200 OK\r\n\r\n", out));
  }

  private void drip(String start, OutputStream out) throws Exception {
    out.write(start.getBytes(UTF));
    while (!never.await(50, TimeUnit.MILLISECONDS)) {
      out.write('x');
      out.flush();
    }
  }

  @Test
  void aChainOfSlowRedirectsHasNoMoreTimeThanOneAnswer() throws Exception {
    assertTimesOut(
        (request, out) -> {
          if (!never.await(300, TimeUnit.MILLISECONDS)) {
            out.write(
                "HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n".getBytes(UTF));
          }
        });
  }

  @Test
  void ofAHugeBodyNoMoreThanItsStartIsRead() throws Exception {
    long[] written = new long[1];
    PlayedServer server =
        new PlayedServer(
            (request, out) -> {
              out.write(
                  ("HTTP/1.1 200 OK\r\nContent-Length: " + (64 << 20) + "\r\n\r\n").getBytes(UTF));
              byte[] piece = new byte[1 << 16];
              for (int i = 0; i < 1 << 10; i++) {
                out.write(piece);
                written[0] += piece.length;
              }
            });
    try (server) {
      assertThat(watch.failure(Watch.http(server.port(), "", ANY, LONG))).isEmpty();
      assertThat(server.awaitEnd()).isTrue();
      assertThat(written[0]).isLessThan(32 << 20);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'SSH-2.0-OpenSSH_9.2\r\n', BadStatusLine",
    "'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour', IncompleteRead",
    "'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', BadStatusLine",
    "'', IncompleteRead",
  })
  void anAnswerThatIsNoHttpIsAnError(String answer, String error) throws Exception {
    assertThat(failure(answer, "", ANY))
        .startsWith("Failed to signal http://localhost:")
        .contains("/health: Error within " + error);
  }

  @Test
  void anEndlessHeadIsAnError() throws Exception {
    assertThat(failure("HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(20_000), "", ANY))
        .contains("Error within BadStatusLine: Cannot read the head of an answer: it is too long");
  }

  @Test
  void chunkedBodiesAreReadAsOne() throws Exception {
    String answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nO\r\n1\r\nk\r\n0\r\n\r\n";
    assertThat(failure(answer, "ok", ANY)).isEmpty();
  }

  @Test
  void redirectsAreFollowedOnThisMachine() throws Exception {
    PlayedServer server =
        new PlayedServer(
            (request, out) ->
                out.write(
                    (request.contains("/there")
                            ? PlayedServer.answer(200, "ok")
                            : "HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n")
                        .getBytes(UTF)));
    assertThat(failure(server, "ok", ANY, LONG)).isEmpty();
  }

  @Test
  void ofARedirectToElsewhereTheRedirectIsTheAnswer() throws Exception {
    String answer =
        "HTTP/1.1 302 Found\r\nLocation: http://example.com/\r\nContent-Length: 2\r\n\r\nok";
    assertThat(failure(answer, "ok", StatusCodes.of(302))).isEmpty();
  }

  @Test
  void redirectsThatNeverEndAreAnError() throws Exception {
    PlayedServer server = PlayedServer.saying("HTTP/1.1 302 F\r\nLocation: /health\r\n\r\n");
    int port = server.port();
    assertThat(failure(server, "", ANY, LONG))
        .isEqualTo(
            "Failed to signal http://localhost:"
                + port
                + "/health: Unexpected error: more than 5 redirects");
    int requests = server.requestsWaiting();
    assertThat(requests).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u001b[31mred", "a\nb"})
  void whatABodySaysDoesNotTakeAMessageApart(String body) throws Exception {
    assertThat(failure(PlayedServer.answer(200, body), "ok", ANY)).doesNotContain("\u001b", "\n");
  }

  private static SSLContext serverContext(Path folder) throws Exception {
    Path store = folder.resolve("task.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "task",
                "-keyalg",
                "EC",
                "-dname",
                "CN=somebody-else",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit",
                "-validity",
                "1")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  private HealthCheck https(int port, Duration timeout) {
    return new HealthCheck.Http("https", port, "/h", "ok", ANY, Watch.timing(timeout));
  }

  @Test
  void overTlsAnyCertificateWillDo(@TempDir Path folder) throws Exception {
    ServerSocket socket =
        serverContext(folder)
            .getServerSocketFactory()
            .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    try (PlayedServer server =
        new PlayedServer(
            socket, (request, out) -> out.write(PlayedServer.answer(200, "ok").getBytes(UTF)))) {
      assertThat(watch.failure(https(server.port(), LONG))).isEmpty();
      assertThat(server.nextRequest()).startsWith("GET /h HTTP/1.1");
    }
  }

  @Test
  void aHandshakeThatNeverEndsHoldsACheckNoLongerThanItsTime() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      assertThat(watch.failure(https(silent.getLocalPort(), SHORT)))
          .isEqualTo(
              "Failed to signal https://localhost:"
                  + silent.getLocalPort()
                  + "/h: Error within timeout");
    }
  }

  @Test
  void aServerWithoutTlsIsAnError() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread server =
          new Thread(
              () -> {
                try (Socket connection = socket.accept()) {
                  connection
                      .getOutputStream()
                      .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF));
                  connection.shutdownOutput();
                  connection.getInputStream().readAllBytes();
                } catch (IOException e) {
                  // The check has left.
                }
              });
      server.start();
      assertThat(watch.failure(https(socket.getLocalPort(), LONG)))
          .startsWith("Failed to signal https://localhost:" + socket.getLocalPort() + "/h: ")
          .contains("SSL");
      server.join();
    }
  }

  @Test
  void aTcpCheckOnlyConnects() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      int port = socket.getLocalPort();
      assertThat(watch.failure(new HealthCheck.Tcp(port, Watch.timing(LONG)))).isEmpty();
    }
    try (ClosedPort closed = new ClosedPort()) {
      int port = closed.number();
      assertThat(watch.failure(new HealthCheck.Tcp(port, Watch.timing(LONG))))
          .isEqualTo("Failed to connect to localhost:" + port + ": Connection refused");
    }
  }
}
