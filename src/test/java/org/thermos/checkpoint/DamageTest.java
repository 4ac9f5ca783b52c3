package org.thermos.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every golden stream, cut at every byte and damaged in every byte: always what is right before the
 * damage, and a word about it.
 */
@Timeout(120)
class DamageTest {
  private static final long MOST_MEMORY = 1 << 20;

  static List<DamagedStream> streams() throws IOException {
    assertThat(DamagedStream.all()).hasSizeGreaterThan(100);
    return DamagedStream.all();
  }

  static List<DamagedStream> runners() throws IOException {
    return DamagedStream.runners();
  }

  @ParameterizedTest
  @MethodSource("streams")
  void cutAnywhereItIsTornThere(DamagedStream stream) throws Exception {
    stream.cutAnywhere(
        (cut, length) -> {
          int whole = stream.recordsBefore(length);
          List<ReadResult> results = read(cut);

          assertThat(results.subList(0, whole)).isEqualTo(stream.records().subList(0, whole));
          assertThat(results).hasSize(whole + 1);
          assertThat(results.get(whole))
              .isInstanceOf(
                  stream.startOf(whole) == length ? ReadResult.End.class : ReadResult.Torn.class)
              .extracting(stop -> ((ReadResult.Stop) stop).offset())
              .isEqualTo(stream.startOf(whole));
          if (stream.process().isEmpty()) {
            LoadedCheckpoint loaded = CheckpointLoader.load(new MemoryChannel(cut));
            assertThat(loaded.isAppendable()).isTrue();
            assertThat(text(loaded.history())).isEqualTo(expectedOf(stream, whole));
          }
        });
  }

  @ParameterizedTest
  @MethodSource("streams")
  void damagedAnywhereItIsRightUpToThere(DamagedStream stream) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    stream.changeAnywhere(
        (damaged, at) -> {
          long before = threads.getCurrentThreadAllocatedBytes();
          List<ReadResult> results = read(damaged);
          LoadedCheckpoint loaded = CheckpointLoader.load(new MemoryChannel(damaged));
          long allocated = threads.getCurrentThreadAllocatedBytes() - before;

          assertThat(allocated).isLessThan(MOST_MEMORY + 64L * damaged.length);
          requireNothingInvented(stream, stream.recordsBefore(at), results);
          long intact = stream.startOf(stream.recordsBefore(at));
          assertThat(loaded.end()).isGreaterThanOrEqualTo(stream.process().isEmpty() ? intact : 0);
          assertThat(loaded.problem().isPresent() || loaded.end() == damaged.length).isTrue();
        });
  }

  /**
   * There is no checksum: what was changed may be another record now. All others are as they were,
   * or are not read.
   */
  private static void requireNothingInvented(
      DamagedStream stream, int whole, List<ReadResult> results) {
    int last = results.size() - 1;
    assertThat(results.subList(0, whole)).isEqualTo(stream.records().subList(0, whole));
    if (last == whole) {
      boolean more = whole + 1 < stream.records().size();
      assertThat(results.get(last))
          .isInstanceOf(more ? ReadResult.Corrupt.class : ReadResult.Torn.class)
          .extracting(stop -> ((ReadResult.Stop) stop).offset())
          .isEqualTo(stream.startOf(whole));
    } else {
      assertThat(((ReadResult.Intact) results.get(whole)).offset())
          .isEqualTo(stream.startOf(whole));
      assertThat(results.subList(whole + 1, last))
          .isEqualTo(stream.records().subList(whole + 1, stream.records().size()));
      assertThat(results.get(last)).isInstanceOf(ReadResult.End.class);
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void zeroedFromAnywhereItIsTornThere(DamagedStream stream) throws Exception {
    stream.cutAnywhere(
        (cut, from) -> {
          byte[] zeroed = Arrays.copyOf(cut, stream.size());
          int whole = stream.recordsBefore(from);
          LoadedCheckpoint loaded = CheckpointLoader.load(new MemoryChannel(zeroed));

          // The frame that was cut may still be a record, even one that fits.
          assertThat(loaded.end()).isBetween(stream.startOf(whole), stream.startOf(whole + 1));
          if (loaded.end() < zeroed.length) {
            assertThat(loaded.problem().orElseThrow().kind())
                .isIn(CheckpointProblem.Kind.TORN_TAIL, CheckpointProblem.Kind.OUT_OF_PROTOCOL);
          }
        });
  }

  private static List<ReadResult> read(byte[] content) throws IOException {
    RecordReader reader = new RecordReader(new MemoryChannel(content), 0);
    List<ReadResult> results = new ArrayList<>();
    do {
      results.add(reader.next());
    } while (results.get(results.size() - 1) instanceof ReadResult.Intact);
    return results;
  }

  private static String expectedOf(DamagedStream stream, int records) throws CheckpointException {
    CheckpointDispatcher dispatcher = new CheckpointDispatcher(new TaskHistory());
    for (ReadResult.Intact result : stream.records().subList(0, records)) {
      dispatcher.dispatch(result.record(), CheckpointDispatcher.Mode.RECOVERY);
    }
    return text(dispatcher.history());
  }

  private static String text(TaskHistory history) {
    StringBuilder text = new StringBuilder().append(history.header()).append(history.statuses());
    history.processes().forEach(process -> text.append(history.runs(process)));
    return text.toString();
  }
}
