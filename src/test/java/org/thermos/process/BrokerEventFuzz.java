package org.thermos.process;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.thermos.fuzz.Require;

/** Any bytes as what a broker tells. */
public final class BrokerEventFuzz {
  private BrokerEventFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      while (true) {
        Events.decode(Frame.read(in), Map.of(1, Path.of("/watched")));
      }
    } catch (IOException e) {
      Require.that(e.getMessage() == null || !e.getMessage().isBlank(), "a refusal says why");
    }
  }
}
