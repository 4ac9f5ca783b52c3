package org.thermos.mesos;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import org.thermos.fuzz.Require;

/** Any bytes as a RecordIO stream of an agent. */
public final class RecordIoFuzz {
  private static final int LIMIT = 1 << 20;

  private RecordIoFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    RecordReader reader = new RecordReader(new ByteArrayInputStream(bytes), LIMIT);
    int taken = 0;
    try {
      for (Optional<byte[]> record = reader.next(); record.isPresent(); record = reader.next()) {
        taken += record.get().length + 2;
        Require.that(taken <= bytes.length, "no more comes out than went in");
      }
    } catch (IOException e) {
      Require.that(!e.getMessage().isBlank(), "a refusal says why");
    }
  }
}
