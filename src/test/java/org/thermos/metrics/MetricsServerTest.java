package org.thermos.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MetricsServerTest {
  private final Metrics metrics = new Metrics();
  private final AtomicReference<Optional<String>> trouble = new AtomicReference<>(Optional.empty());
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private MetricsServer server;

  @BeforeEach
  void start() throws IOException {
    server = MetricsServer.start(0, metrics, trouble::get, complaints::add);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    assertThat(complaints).isEmpty();
    assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.port());
  }

  /** Asks again if one of the two sides was held up, and the server lost its patience. */
  private String ask(String request) throws IOException {
    long begun = System.nanoTime();
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      String answer = answer(socket);
      if (!answer.isEmpty() || !hasTakenLong(begun)) {
        return answer;
      }
    } catch (IOException e) {
      if (!hasTakenLong(begun)) {
        throw e;
      }
    }
    return ask(request);
  }

  private static boolean hasTakenLong(long begun) {
    return System.nanoTime() - begun >= TimeUnit.SECONDS.toNanos(2);
  }

  private static String answer(Socket socket) throws IOException {
    try (InputStream in = socket.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void answersWithTheMetrics() throws Exception {
    metrics.counter("a_total", "grün", Labels.NONE, () -> 1);

    String answer = ask("GET /metrics?x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");

    assertThat(answer.replace("\r\n", "\n"))
        .isEqualTo(
            """
            HTTP/1.1 200 OK
            Content-Type: text/plain; version=0.0.4; charset=utf-8
            Content-Length: 54
            Connection: close

            # HELP a_total grün
            # TYPE a_total counter
            a_total 1
            """);
  }

  @Test
  void saysHowTheProgramIs() throws Exception {
    assertThat(ask("GET /health HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 ").endsWith("ok\n");
    trouble.set(Optional.of("no agent"));
    assertThat(ask("GET /health HTTP/1.0\r\n\r\n"))
        .startsWith("HTTP/1.1 503 ")
        .endsWith("no agent\n");
  }

  @ParameterizedTest
  @CsvSource({
    "GET / HTTP/1.1, 404",
    "GET /metricsx HTTP/1.1, 404",
    "POST /metrics HTTP/1.1, 405",
    "HEAD /health HTTP/1.1, 405",
    "GET /metrics, 400",
    "GET /metrics HTTP/2, 400",
    "'', 400",
    "nonsense, 400"
  })
  void refusesTheRest(String line, int status) throws Exception {
    assertThat(ask(line + "\r\n\r\n")).startsWith("HTTP/1.1 " + status + " ");
  }

  /** Neither one that says nothing nor one that says too much keeps the next from an answer. */
  @Test
  void noClientKeepsTheOthersWaiting() throws Exception {
    long start = System.nanoTime();
    try (Socket silent = connect();
        Socket endless = connect();
        Socket gone = connect()) {
      endless.getOutputStream().write("x".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
      gone.getOutputStream().write('G');
      gone.shutdownOutput();

      assertThat(ask("GET /health HTTP/1.1\r\n\r\n")).endsWith("ok\n");
      assertThat(System.nanoTime() - start)
          .isBetween(TimeUnit.MILLISECONDS.toNanos(1500), TimeUnit.SECONDS.toNanos(20));
      assertThat(answer(silent)).isEmpty();
    }
  }

  @Test
  void aClientThatDoesNotReadIsLeft() throws Exception {
    metrics.gauge("big", "x".repeat(30_000_000), Labels.NONE, () -> 1);
    try (Socket deaf = connect()) {
      deaf.getOutputStream()
          .write("GET /metrics HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

      assertThat(ask("GET /health HTTP/1.1\r\n\r\n")).endsWith("ok\n");
    }
  }

  @Test
  void listensOnLoopbackAlone() throws Exception {
    for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : Collections.list(network.getInetAddresses())) {
        if (!address.isLoopbackAddress() && address instanceof Inet4Address) {
          assertThatThrownBy(() -> new Socket(address, server.port()).close())
              .isInstanceOf(ConnectException.class);
        }
      }
    }
  }

  @Test
  void saysThatAPortIsTaken() {
    assertThatThrownBy(
            () -> MetricsServer.start(server.port(), metrics, trouble::get, complaints::add))
        .hasMessageContaining("unable to serve metrics on port " + server.port());
  }

  @Test
  void answersOneAfterTheOther() throws Exception {
    for (int i = 0; i < 200; i++) {
      assertThat(ask("GET /health HTTP/1.1\r\n\r\n")).endsWith("ok\n");
    }
  }
}
