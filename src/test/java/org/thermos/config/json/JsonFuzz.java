package org.thermos.config.json;

import org.thermos.fuzz.Require;

/** Any bytes as JSON. */
public final class JsonFuzz {
  private JsonFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    Json value;
    try {
      value = JsonReader.read(bytes);
    } catch (JsonException e) {
      Require.that(!e.getMessage().isBlank(), "a refusal says why");
      return;
    }
    try {
      String written = JsonWriter.write(value);
      Json again = JsonReader.read(written);
      Require.equal(again, value, "it comes back as it was");
      Require.equal(JsonWriter.write(again), written, "and is written alike");
    } catch (JsonException e) {
      throw new AssertionError("what was written cannot be read", e);
    }
  }
}
