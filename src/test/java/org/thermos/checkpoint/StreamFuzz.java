package org.thermos.checkpoint;

import java.io.IOException;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.thermos.fuzz.Require;

/** Any bytes as a stream, through every reader of whole streams. */
public final class StreamFuzz {
  private StreamFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
    List<ReadResult> results = readAll(new RecordReader(new MemoryChannel(bytes), 0));
    requireContiguous(results, bytes.length);
    requireSameWhileItGrows(results, bytes);

    LoadedCheckpoint loaded = CheckpointLoader.load(new MemoryChannel(bytes));
    Require.that(
        loaded.end() <= ((ReadResult.Stop) last(results)).offset(),
        "nothing is loaded beyond what can be read");
    Require.that(
        loaded.problem().isPresent() || loaded.end() == bytes.length,
        "what is left out is reported");
    StringWriter shown = new StringWriter();
    new HistoryText(ZoneOffset.UTC).write(loaded.history(), shown);
    StreamText.write(new RecordReader(new MemoryChannel(bytes), 0), shown);
  }

  private static void requireContiguous(List<ReadResult> results, int size) {
    long end = 0;
    for (ReadResult result : results) {
      if (result instanceof ReadResult.Intact intact) {
        Require.equal(intact.offset(), end, "a record begins where the one before it ends");
        end = intact.end();
      } else {
        Require.equal(((ReadResult.Stop) result).offset(), end, "it stops after the last record");
      }
    }
    Require.that(end <= size, "no record goes beyond the end of the file");
    Require.that(
        !(last(results) instanceof ReadResult.End) || end == size, "an end is the file's end");
  }

  /** A reader that sees half of the file first comes to the same. */
  private static void requireSameWhileItGrows(List<ReadResult> results, byte[] bytes)
      throws IOException {
    MemoryChannel channel = new MemoryChannel(bytes, bytes.length / 2);
    RecordReader reader = new RecordReader(channel, 0);
    List<ReadResult> grown = readAll(reader);
    grown.remove(grown.size() - 1);
    channel.grow(bytes.length);
    grown.addAll(readAll(reader));
    Require.equal(grown, results, "a growing file reads like a whole one");
  }

  private static List<ReadResult> readAll(RecordReader reader) throws IOException {
    List<ReadResult> results = new ArrayList<>();
    do {
      results.add(reader.next());
    } while (last(results) instanceof ReadResult.Intact);
    return results;
  }

  private static ReadResult last(List<ReadResult> results) {
    return results.get(results.size() - 1);
  }
}
