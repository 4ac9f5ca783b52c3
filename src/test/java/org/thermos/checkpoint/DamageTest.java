package org.thermos.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One stream, cut at every byte and damaged in every byte: always what is right before the damage,
 * and a word about it.
 */
@Timeout(120)
class DamageTest {
  private static final long MOST_MEMORY = 4 << 20;

  @TempDir private Path directory;
  private byte[] bytes;
  private List<ReadResult> undamaged;
  private FileChannel file;

  @BeforeEach
  void open() throws IOException {
    Path golden = GoldenStream.runner("ports", "root");
    bytes = Files.readAllBytes(golden);
    undamaged = GoldenStream.read(golden);
    file =
        FileChannel.open(
            directory.resolve("runner"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
  }

  @AfterEach
  void close() throws IOException {
    file.close();
  }

  @Test
  void cutAnywhereItIsTornThere() throws Exception {
    for (int length = 0; length < bytes.length; length++) {
      write(bytes, length);
      int whole = framesBefore(length);
      LoadedCheckpoint loaded = CheckpointLoader.load(file);

      assertThat(loaded.end()).isEqualTo(startOf(whole));
      assertThat(loaded.isAppendable()).isTrue();
      if (loaded.end() == length) {
        assertThat(loaded.problem()).isEmpty();
      } else {
        assertThat(loaded.problem().orElseThrow().kind())
            .isEqualTo(CheckpointProblem.Kind.TORN_TAIL);
      }
      assertThat(statusesAndTransitions(loaded.history())).isEqualTo(expectedOf(whole));
    }
  }

  @Test
  void zeroedFromAnywhereItIsTornThere() throws Exception {
    for (int from = 0; from < bytes.length; from++) {
      byte[] damaged = Arrays.copyOf(Arrays.copyOf(bytes, from), bytes.length);
      write(damaged, damaged.length);
      LoadedCheckpoint loaded = CheckpointLoader.load(file);

      // There is no checksum: the frame that was cut may still be a record, even one that fits.
      assertThat(loaded.end())
          .isBetween(startOf(framesBefore(from)), startOf(framesBefore(from) + 1));
      if (loaded.end() < bytes.length) {
        assertThat(loaded.problem().orElseThrow().kind())
            .isIn(CheckpointProblem.Kind.TORN_TAIL, CheckpointProblem.Kind.OUT_OF_PROTOCOL);
      }
    }
  }

  @Test
  void damagedAnywhereItIsRightUpToThere() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int at = 0; at < bytes.length; at++) {
      for (int change : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
        byte[] damaged = bytes.clone();
        damaged[at] ^= (byte) change;
        write(damaged, damaged.length);
        long before = threads.getCurrentThreadAllocatedBytes();
        LoadedCheckpoint loaded = CheckpointLoader.load(file);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(allocated).isLessThan(MOST_MEMORY);
        assertThat(loaded.end()).isGreaterThanOrEqualTo(startOf(framesBefore(at)));
        loaded.problem().ifPresent(problem -> assertThat(problem.reason()).isNotBlank());
        if (loaded.problem().isEmpty()) {
          assertThat(loaded.end()).isEqualTo(bytes.length);
        }
      }
    }
  }

  private void write(byte[] content, int length) throws IOException {
    file.truncate(0);
    file.write(ByteBuffer.wrap(content, 0, length), 0);
  }

  /** How many frames end at or before a byte. */
  private int framesBefore(int position) {
    int count = 0;
    for (ReadResult result : undamaged) {
      count += result instanceof ReadResult.Intact intact && intact.end() <= position ? 1 : 0;
    }
    return count;
  }

  private long startOf(int frame) {
    return undamaged.get(Math.min(frame, undamaged.size() - 1)) instanceof ReadResult.Intact intact
        ? intact.offset()
        : bytes.length;
  }

  private String expectedOf(int frames) throws CheckpointException {
    CheckpointDispatcher dispatcher = new CheckpointDispatcher(new TaskHistory());
    for (ReadResult result : undamaged.subList(0, frames)) {
      dispatcher.dispatch(((ReadResult.Intact) result).record(), CheckpointDispatcher.Mode.STRICT);
    }
    return statusesAndTransitions(dispatcher.history());
  }

  private static String statusesAndTransitions(TaskHistory history) {
    StringBuilder text = new StringBuilder().append(history.header()).append(history.statuses());
    history.processes().forEach(process -> text.append(history.runs(process)));
    return text.toString();
  }
}
