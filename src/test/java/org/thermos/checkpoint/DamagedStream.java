package org.thermos.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A stream written by the original, to be damaged in every place: cut at every byte, and with every
 * byte changed.
 */
public final class DamagedStream {
  /** Whether to try all places of long streams, too, and all bits of each byte. */
  private static final boolean EXHAUSTIVE = Boolean.getBoolean("thermos.exhaustive");

  private static final int[] CHANGES = {1, 2, 4, 8, 16, 32, 64, 128, 255};

  /** Longer ones repeat themselves. */
  private static final int LONG = 4096;

  private static final int STRIDE_IN_LONG = 61;

  private final Path scenario;
  private final String process;
  private final byte[] content;
  private final List<ReadResult.Intact> records;

  private DamagedStream(
      Path scenario, String process, byte[] content, List<ReadResult.Intact> records) {
    this.scenario = scenario;
    this.process = process;
    this.content = content;
    this.records = records;
  }

  /** What is done with each damaged copy. */
  public interface Trial {
    /** Called with a damaged copy, and the first byte that is missing or changed. */
    void accept(byte[] damaged, int at) throws Exception;
  }

  /**
   * The runners' streams; of those that differ in names and times alone the first, or all with
   * {@code -Dthermos.exhaustive=true}.
   */
  public static List<DamagedStream> runners() throws IOException {
    return distinct(all().stream().filter(stream -> stream.process().isEmpty()).toList());
  }

  /** The same of the coordinators' streams. */
  public static List<DamagedStream> coordinators() throws IOException {
    return distinct(all().stream().filter(stream -> !stream.process().isEmpty()).toList());
  }

  private static List<DamagedStream> distinct(List<DamagedStream> streams) {
    Map<String, DamagedStream> shapes = new LinkedHashMap<>();
    for (DamagedStream stream : streams) {
      shapes.putIfAbsent(EXHAUSTIVE ? stream.toString() : stream.shape(), stream);
    }
    return List.copyOf(shapes.values());
  }

  private String shape() {
    StringBuilder shape = new StringBuilder();
    for (ReadResult.Intact intact : records) {
      CheckpointRecord record = intact.record();
      shape.append(
          record instanceof ProcessStatus process
              ? process.state()
              : record instanceof TaskStatus task ? "task " + task.state() : "header");
    }
    return shape.toString();
  }

  /** All streams that are intact, each once. */
  static List<DamagedStream> all() throws IOException {
    Map<ByteBuffer, DamagedStream> distinct = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(GoldenStream.directory())) {
      for (Path file :
          files.filter(DamagedStream::isStream).filter(Files::isRegularFile).sorted().toList()) {
        List<ReadResult> results = GoldenStream.read(file);
        if (results.size() > 1 && results.get(results.size() - 1) instanceof ReadResult.End) {
          byte[] content = Files.readAllBytes(file);
          distinct.putIfAbsent(ByteBuffer.wrap(content), of(file, content, results));
        }
      }
    }
    return List.copyOf(distinct.values());
  }

  private static DamagedStream of(Path file, byte[] content, List<ReadResult> results) {
    Path golden = GoldenStream.directory();
    String name = file.getFileName().toString();
    List<ReadResult.Intact> records = new ArrayList<>();
    for (ReadResult result : results.subList(0, results.size() - 1)) {
      records.add((ReadResult.Intact) result);
    }
    return new DamagedStream(
        golden.resolve(golden.relativize(file).getName(0)),
        name.equals("runner") ? "" : name.substring("coordinator.".length()),
        content,
        List.copyOf(records));
  }

  private static boolean isStream(Path file) {
    String name = file.getFileName().toString();
    return file.toString().contains("/checkpoints/")
        && (name.equals("runner") || name.startsWith("coordinator."));
  }

  /** The golden directory it is from. */
  public Path scenario() {
    return scenario;
  }

  /** Whose coordinator wrote it; empty for a runner's stream. */
  public String process() {
    return process;
  }

  /** All that it holds. */
  public List<ReadResult.Intact> records() {
    return records;
  }

  /** In bytes. */
  public int size() {
    return content.length;
  }

  /** A copy. */
  public byte[] bytes() {
    return content.clone();
  }

  /** Tries the stream cut at every byte. */
  public void cutAnywhere(Trial trial) throws Exception {
    for (int length = 0; length < content.length; length += stride()) {
      run(trial, Arrays.copyOf(content, length), length, "cut at " + length);
    }
  }

  /** Tries the stream with every byte changed: in one bit or in all, each byte in the next way. */
  public void changeAnywhere(Trial trial) throws Exception {
    for (int at = 0; at < content.length; at += stride()) {
      for (int i = EXHAUSTIVE ? 0 : CHANGES.length - 1; i < CHANGES.length; i++) {
        int bits = CHANGES[(at + i) % CHANGES.length];
        byte[] damaged = bytes();
        damaged[at] ^= (byte) bits;
        run(trial, damaged, at, "byte " + at + " changed by " + bits);
      }
    }
  }

  private int stride() {
    return content.length > LONG && !EXHAUSTIVE ? STRIDE_IN_LONG : 1;
  }

  private void run(Trial trial, byte[] damaged, int at, String what) throws Exception {
    try {
      trial.accept(damaged, at);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(this + ", " + what + ": " + e, e);
    }
  }

  /** Fills a file, which is not emptied first: that would have it synced, which takes its time. */
  public static void write(byte[] content, Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(content), 0);
      channel.truncate(content.length);
    }
  }

  /** How many records lie wholly before a byte. */
  public int recordsBefore(int at) {
    int count = 0;
    while (count < records.size() && records.get(count).end() <= at) {
      count++;
    }
    return count;
  }

  /** Where a record begins; of the one after the last, where the stream ends. */
  public long startOf(int record) {
    return record < records.size() ? records.get(record).offset() : content.length;
  }

  @Override
  public String toString() {
    return scenario.getFileName() + (process.isEmpty() ? "/runner" : "/coordinator." + process);
  }
}
