package org.thermos.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpConnectionTest {

  private static final String REQUEST = "POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n";

  /** Takes what is written and has the answers ready. */
  private static final class Wire implements Transport {
    private final InputStream answers;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    Wire(String answers) {
      this.answers = new SplitInputStream(answers.getBytes(StandardCharsets.ISO_8859_1), 1, 7);
    }

    @Override
    public InputStream input() {
      return answers;
    }

    @Override
    public OutputStream output() {
      return written;
    }

    @Override
    public void readTimeout(Duration timeout) {}

    @Override
    public void close() {}

    String written() {
      return written.toString(StandardCharsets.ISO_8859_1);
    }
  }

  private static void writeBody(OutputStream out) throws IOException {
    out.write("body".getBytes(StandardCharsets.US_ASCII));
  }

  private static HttpResponse exchange(String answer) throws IOException {
    return new HttpConnection(new Wire(answer)).exchange(REQUEST, HttpConnectionTest::writeBody);
  }

  @Test
  void aRequestIsItsHeadAndItsBody() throws IOException {
    Wire wire = new Wire("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    new HttpConnection(wire).exchange(REQUEST, HttpConnectionTest::writeBody);

    assertThat(wire.written()).isEqualTo(REQUEST + "body");
  }

  @Test
  void theHeadTellsWhereARedirectLeads() throws IOException {
    assertThat(exchange("HTTP/1.1 302 Found\r\nlocation:  /there \r\n\r\n").location())
        .contains("/there");
    assertThat(exchange("HTTP/1.1 302 Found\r\n\r\n").location()).isEmpty();
  }

  @Test
  void answersFollowOneAnotherOnAConnection() throws IOException {
    HttpConnection connection =
        new HttpConnection(
            new Wire(
                "HTTP/1.1 100 Continue\r\n\r\n"
                    + "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
                    + "HTTP/1.1 503 Service Unavailable\r\ncontent-length:  4 \r\n\r\nwait"
                    + "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nhi\n0\n\n"
                    + "HTTP/1.1 204 No Content\r\n\r\n"
                    + "HTTP/1.0 200 OK\r\n\r\nuntil the end"));
    HttpResponse accepted = connection.exchange(REQUEST, HttpConnectionTest::writeBody);
    assertThat(accepted.status()).isEqualTo(202);
    assertThat(accepted.keepsAlive()).isTrue();
    assertThat(accepted.readText()).isEmpty();
    HttpResponse unavailable = connection.exchange(REQUEST, HttpConnectionTest::writeBody);
    assertThat(unavailable.status()).isEqualTo(503);
    assertThat(unavailable.readText()).isEqualTo("wait");
    assertThat(connection.exchange(REQUEST, HttpConnectionTest::writeBody).readText())
        .isEqualTo("hi");
    assertThat(connection.exchange(REQUEST, HttpConnectionTest::writeBody).readText()).isEmpty();
    HttpResponse last = connection.exchange(REQUEST, HttpConnectionTest::writeBody);
    assertThat(last.keepsAlive()).isFalse();
    assertThat(last.readText()).isEqualTo("until the end");
  }

  @Test
  void aConnectionThatTheAgentEndsIsNotKept() throws IOException {
    assertThat(
            exchange("HTTP/1.1 202 A\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                .keepsAlive())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 -12 OK\r\n\r\n",
        "HTTP/1.1 999 OK\r\n\r\n",
        "\u0016\u0003\u0001\u0002\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
      })
  void whatIsNotHttpIsRefused(String answer) {
    assertThatThrownBy(() -> exchange(answer))
        .isInstanceOf(HttpFormatException.class)
        .hasMessageStartingWith("Cannot read ");
  }

  @Test
  void garbageIsQuotedOnOneShortLine() {
    assertThatThrownBy(() -> exchange("\u001b[31m" + "x".repeat(1000) + "\n"))
        .hasMessageContaining("'.[31mxxx")
        .message()
        .hasSizeLessThan(300)
        .doesNotContain("\u001b", "\n");
  }

  @Test
  void headAndBodyAreBounded() throws IOException {
    assertThatThrownBy(() -> exchange("HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(20_000)))
        .hasMessageContaining("too long");
    assertThatThrownBy(() -> exchange("HTTP/1.1 100 Continue\r\n\r\n".repeat(20_000)))
        .hasMessageContaining("too long");
    HttpResponse endless = exchange("HTTP/1.1 500 Error\r\n\r\n" + "x".repeat(100_000));
    assertThatThrownBy(endless::readText).hasMessageContaining("longer than 64 KiB");
  }

  @Test
  void anAnswerThatEndsEarlyIsAnError() throws IOException {
    assertThatThrownBy(() -> exchange("HTTP/1.1 200 OK\r\nConte")).isInstanceOf(EOFException.class);
    HttpResponse cut = exchange("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
    assertThatThrownBy(cut::readText)
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("5 bytes before");
  }
}
