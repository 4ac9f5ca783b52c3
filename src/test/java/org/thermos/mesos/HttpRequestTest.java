package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.thermos.http.HttpConnection;
import org.thermos.http.Transport;

class HttpRequestTest {
  private static final AgentEndpoint ENDPOINT = new AgentEndpoint.Tcp("127.0.0.1", 5051);
  private static final HttpRequest CALL =
      HttpRequest.call(
          ENDPOINT,
          Optional.of(new AuthenticationToken("s3cret")),
          ByteString.copyFromUtf8("body"));

  /** Takes what is written and has an answer ready. */
  private record Wire(ByteArrayOutputStream output) implements Transport {
    @Override
    public InputStream input() {
      return new ByteArrayInputStream(
          "HTTP/1.1 202 Accepted\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public ByteArrayOutputStream output() {
      return output;
    }

    @Override
    public void readTimeout(Duration timeout) {}

    @Override
    public void close() {}
  }

  @Test
  void aCallIsOneRequestWithALengthAndTheToken() throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    CALL.sendOver(new HttpConnection(new Wire(wire)));

    assertThat(wire.toString(StandardCharsets.US_ASCII))
        .isEqualTo(
            """
            POST /api/v1/executor HTTP/1.1\r
            Host: 127.0.0.1:5051\r
            Accept: application/x-protobuf\r
            Authorization: Bearer s3cret\r
            Content-Type: application/x-protobuf\r
            Content-Length: 4\r
            \r
            body""");
    assertThat(CALL.toString()).doesNotContain("s3cret");
  }
}
