package org.thermos.mesos;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import org.thermos.fuzz.Require;
import org.thermos.http.HttpConnection;
import org.thermos.http.HttpResponse;
import org.thermos.http.Transport;

/** Any bytes as an agent's answers on one connection, and the events inside them. */
public final class HttpAnswerFuzz {
  private static final int LIMIT = 1 << 20;
  private static final int MOST_ANSWERS = 8;

  private static final HttpRequest REQUEST =
      new HttpRequest(
          "GET", "/version", "host", "application/json", Optional.empty(), ByteString.EMPTY);

  private HttpAnswerFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    try (HttpConnection connection =
        new HttpConnection(new Played(new ByteArrayInputStream(bytes)))) {
      boolean usable = true;
      for (int i = 0; usable && i < MOST_ANSWERS; i++) {
        HttpResponse response = REQUEST.sendOver(connection);
        Require.that(response.status() >= 200 && response.status() <= 599, "a final status");
        if (response.status() == 200) {
          readEvents(new RecordReader(response.body(), LIMIT));
        } else {
          response.readText();
        }
        usable = response.keepsAlive();
      }
    } catch (IOException e) {
      Require.that(!e.getMessage().isBlank(), "a refusal says why");
    }
  }

  private static void readEvents(RecordReader reader) throws IOException {
    while (reader.next().isPresent()) {
      // Each record is taken; what is in it is protobuf's business.
    }
  }

  /** An agent that answers whatever it is asked. */
  private record Played(InputStream input) implements Transport {

    @Override
    public OutputStream output() {
      return OutputStream.nullOutputStream();
    }

    @Override
    public void readTimeout(Duration timeout) {}

    @Override
    public void close() {}
  }
}
