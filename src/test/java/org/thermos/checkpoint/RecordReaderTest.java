package org.thermos.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RecordReaderTest {
  @TempDir private Path directory;

  @Test
  void readsFramesOfAllSizesInOrder() throws Exception {
    List<CheckpointRecord> records = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      records.add(ProcessStatus.waiting(i, "p".repeat(i % 50 == 7 ? i * 100 : i)));
    }
    Path file = write(records);

    List<ReadResult> results = GoldenStream.read(file);

    assertThat(records(results)).isEqualTo(records);
    assertThat(results.get(400)).isEqualTo(new ReadResult.End(Files.size(file)));
  }

  @Test
  void aFrameIsTakenOnlyWhenItIsCompleteWhateverTheWriterHasManaged() throws Exception {
    byte[] frame = Records.frame(Records.header("t"));
    Path file = directory.resolve("runner");
    Files.createFile(file);
    try (FileChannel channel = FileChannel.open(file)) {
      RecordReader reader = new RecordReader(channel, 0);
      for (int i = 0; i < frame.length; i++) {
        assertThat(reader.next())
            .isInstanceOf(i == 0 ? ReadResult.End.class : ReadResult.Torn.class);
        assertThat(reader.offset()).isZero();
        Files.write(file, new byte[] {frame[i]}, StandardOpenOption.APPEND);
      }

      assertThat(reader.next())
          .isEqualTo(new ReadResult.Intact(0, frame.length - 4, Records.header("t")));
      assertThat(reader.next()).isEqualTo(new ReadResult.End(frame.length));
    }
  }

  @Test
  void aTornTailThatWasCutAndWrittenAnewIsReadAnew() throws Exception {
    byte[] old = Records.frame(ProcessStatus.waiting(0, "old"));
    Path file = directory.resolve("runner");
    Files.write(file, Arrays.copyOf(old, old.length - 1));
    try (FileChannel channel = FileChannel.open(file)) {
      RecordReader reader = new RecordReader(channel, 0);
      assertThat(reader.next()).isInstanceOf(ReadResult.Torn.class);

      Files.write(file, Records.frame(ProcessStatus.waiting(0, "new")));

      assertThat(records(List.of(reader.next()))).containsExactly(ProcessStatus.waiting(0, "new"));
    }
  }

  @Test
  void whatACrashLeavesIsATornTail() throws Exception {
    byte[] frame = Records.frame(Records.header("t"));
    byte[] halfWritten = Arrays.copyOf(Arrays.copyOf(frame, frame.length / 2), frame.length);
    byte[] garbage = new byte[100];
    Arrays.fill(garbage, (byte) 0x5a);
    List<byte[]> tails =
        List.of(
            new byte[] {0},
            new byte[] {0, 0, 0, 9},
            Arrays.copyOf(frame, frame.length - 1),
            halfWritten,
            new byte[5],
            new byte[10_000],
            Arrays.copyOf(garbage, 60),
            Records.frame(new byte[] {0}),
            ByteBuffer.allocate(4).putInt(-1).array(),
            ByteBuffer.allocate(4).putInt(RecordCodec.MAX_PAYLOAD + 1).array());
    for (byte[] tail : tails) {
      Path file = write(List.of(Records.header("t")));
      Files.write(file, tail, StandardOpenOption.APPEND);

      assertThat(last(file))
          .isInstanceOfSatisfying(
              ReadResult.Torn.class, torn -> assertThat(torn.offset()).isEqualTo(frame.length));
    }
  }

  @Test
  void whatIsFollowedByAnIntactRecordIsDamage() throws Exception {
    byte[] frame = Records.frame(Records.header("t"));
    List<byte[]> middles =
        List.of(
            new byte[4],
            new byte[] {1},
            ByteBuffer.allocate(4).putInt(-1).array(),
            ByteBuffer.allocate(4).putInt(1_000_000).array(),
            Records.frame(new byte[] {12, 0, 2, 99}));
    for (byte[] middle : middles) {
      Path file = write(List.of(Records.header("t")));
      Files.write(file, middle, StandardOpenOption.APPEND);
      Files.write(file, frame, StandardOpenOption.APPEND);

      assertThat(last(file))
          .isInstanceOfSatisfying(
              ReadResult.Corrupt.class,
              corrupt -> {
                assertThat(corrupt.offset()).isEqualTo(frame.length);
                assertThat(corrupt.reason())
                    .contains("an intact record follows at " + (frame.length + middle.length));
              });
    }
  }

  @Test
  void aClaimOfManyBytesAllocatesOnlyWhatTheFileHas() throws Exception {
    Path file = directory.resolve("runner");
    Files.write(file, ByteBuffer.allocate(4).putInt(RecordCodec.MAX_PAYLOAD).array());

    assertThat(allocatedBy(() -> last(file))).isLessThan(1_000_000);
    assertThat(last(file)).isInstanceOf(ReadResult.Torn.class);
  }

  @Test
  void aHugeSparseFileIsNotReadThrough() throws Exception {
    Path file = directory.resolve("runner");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }

    assertThat(allocatedBy(() -> last(file))).isLessThan(1_000_000);
    assertThat(last(file)).isInstanceOf(ReadResult.Torn.class);
  }

  /** It must not be taken for a torn tail either, for that would be cut off. */
  @Test
  void aWholeRecordThatTheHeapCannotHoldIsRefusedAndNotCutOff() throws Exception {
    Path file = write(List.of(Records.header("t".repeat(200))));
    try (FileChannel channel = FileChannel.open(file)) {
      assertThat(new RecordReader(channel, 0, 100).next())
          .isInstanceOfSatisfying(
              ReadResult.Corrupt.class,
              corrupt -> assertThat(corrupt.reason()).contains("larger heap"));
    }
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 150));
    try (FileChannel channel = FileChannel.open(file)) {
      assertThat(new RecordReader(channel, 0, 100).next()).isInstanceOf(ReadResult.Torn.class);
    }
  }

  private interface Action {
    Object run() throws IOException;
  }

  private static long allocatedBy(Action action) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    action.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static ReadResult last(Path file) throws IOException {
    List<ReadResult> results = GoldenStream.read(file);
    return results.get(results.size() - 1);
  }

  private static List<CheckpointRecord> records(List<ReadResult> results) {
    List<CheckpointRecord> records = new ArrayList<>();
    for (ReadResult result : results) {
      if (result instanceof ReadResult.Intact intact) {
        records.add(intact.record());
      }
    }
    return records;
  }

  private Path write(List<? extends CheckpointRecord> records) throws IOException {
    Path file = directory.resolve("runner");
    Files.write(file, new byte[0]);
    for (CheckpointRecord record : records) {
      Files.write(file, Records.frame(record), StandardOpenOption.APPEND);
    }
    return file;
  }
}
