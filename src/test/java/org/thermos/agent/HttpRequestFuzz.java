package org.thermos.agent;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.thermos.fuzz.Require;

/** Any bytes as the requests of one connection to the embedded agent. */
public final class HttpRequestFuzz {
  private HttpRequestFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    HttpRequestReader reader = new HttpRequestReader(new ByteArrayInputStream(bytes));
    try {
      while (reader.awaitRequest()) {
        HttpRequest request = reader.read();
        Require.that(request.body().size() <= bytes.length, "no more comes out than went in");
        MediaType.accepted(request.header("accept"));
      }
    } catch (HttpFaultException e) {
      Require.that(!e.getMessage().isBlank(), "a refusal says why");
    } catch (IOException e) {
      // The connection is over.
    }
  }
}
