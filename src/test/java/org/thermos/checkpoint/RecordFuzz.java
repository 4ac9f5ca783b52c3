package org.thermos.checkpoint;

import java.io.IOException;
import java.io.StringWriter;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonException;
import org.thermos.config.json.JsonReader;
import org.thermos.fuzz.Require;

/** Any bytes as the payload of one record. */
public final class RecordFuzz {
  private RecordFuzz() {}

  public static void fuzzerTestOneInput(byte[] payload) throws IOException, JsonException {
    CheckpointRecord record;
    try {
      record = RecordCodec.decode(payload);
    } catch (CorruptRecordException e) {
      Require.that(
          e.offset() >= 0 && e.offset() <= payload.length, "the offset lies in the payload");
      return;
    }
    requireSurvivesTheWire(record);
    requirePrintable(RecordText.of(record));
    StringWriter json = new StringWriter();
    try (RecordJson out = new RecordJson(json)) {
      out.write(record);
    }
    Require.that(json.toString().indexOf('\n') == json.toString().length() - 1, "one line");
    Require.that(JsonReader.read(json.toString()) instanceof Json.Dictionary, "a JSON object");
  }

  /** Whatever was understood can be written, and comes back as it was. */
  static void requireSurvivesTheWire(CheckpointRecord record) {
    try {
      CheckpointRecord again = RecordCodec.decode(RecordCodec.encode(record));
      Require.equal(again, record, "it comes back from the wire as it was");
    } catch (CorruptRecordException e) {
      throw new AssertionError("its own bytes are refused: " + record, e);
    }
  }

  private static void requirePrintable(String line) {
    for (int i = 0; i < line.length(); i++) {
      Require.that(line.charAt(i) >= ' ' && line.charAt(i) <= '~', "safe on any terminal");
    }
  }
}
