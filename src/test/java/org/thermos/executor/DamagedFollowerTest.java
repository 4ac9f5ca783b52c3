package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.DamagedStream;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.executor.SupervisionEvent.Recorded;
import org.thermos.log.Log;

/**
 * An executor that follows a stream which is cut, damaged, shortened or replaced before its eyes:
 * it is told what is right, once, and the log what is not.
 */
@Timeout(120)
class DamagedFollowerTest {
  @TempDir private Path directory;
  private TaskPaths paths;
  private Path file;
  private final List<String> log = new ArrayList<>();

  @BeforeEach
  void makeDirectory() throws IOException {
    paths = TaskPaths.of(directory, "task");
    file = paths.runnerCheckpoint();
    Files.createDirectories(paths.checkpoints());
  }

  static List<DamagedStream> runners() throws IOException {
    return DamagedStream.runners();
  }

  @ParameterizedTest
  @MethodSource("runners")
  void aStreamMayEndAnywhereAndGoOn(DamagedStream stream) throws Exception {
    DamagedStream.write(stream.bytes(), file);
    List<CheckpointRecord> all = records(follower().readNew());
    stream.cutAnywhere(
        (cut, length) -> {
          log.clear();
          DamagedStream.write(cut, file);
          CheckpointFollower follower = follower();
          List<CheckpointRecord> seen = records(follower.readNew());

          assertThat(seen).isEqualTo(all.subList(0, seen.size()));
          assertThat(log).isEmpty();
          append(stream.bytes(), length);
          seen.addAll(records(follower.readNew()));
          assertThat(seen).isEqualTo(all);
        });
  }

  @ParameterizedTest
  @MethodSource("runners")
  void ofADamagedStreamIsToldWhatIsRight(DamagedStream stream) throws Exception {
    DamagedStream.write(stream.bytes(), file);
    List<CheckpointRecord> all = records(follower().readNew());
    stream.changeAnywhere(
        (damaged, at) -> {
          log.clear();
          DamagedStream.write(damaged, file);
          CheckpointFollower follower = follower();
          List<CheckpointRecord> seen = records(follower.readNew());

          assertThat(log).allMatch(line -> line.contains(file + ": ") && line.contains("offset "));
          // Of the others, all that come are what they were.
          List<CheckpointRecord> strange = new ArrayList<>(seen);
          strange.removeAll(all);
          assertThat(strange).hasSizeLessThan(2);
          int complaints = log.size();
          assertThat(follower.readNew()).isEmpty();
          assertThat(log).as("nothing is said twice").hasSize(complaints);
        });
  }

  /** Wherever the follower is, however much is cut off, and whatever is then written again. */
  @Test
  void aStreamThatIsShortenedIsReadOnceAndComplainedOf() throws Exception {
    DamagedStream stream = runners().get(0);
    byte[] bytes = stream.bytes();
    DamagedStream.write(bytes, file);
    List<CheckpointRecord> all = records(follower().readNew());
    for (int seenUpTo = 0; seenUpTo <= bytes.length; seenUpTo += 7) {
      for (int shortened = 0; shortened < seenUpTo; shortened += 13) {
        log.clear();
        DamagedStream.write(Arrays.copyOf(bytes, seenUpTo), file);
        CheckpointFollower follower = follower();
        List<CheckpointRecord> seen = records(follower.readNew());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate(shortened);
        }
        seen.addAll(records(follower.readNew()));
        assertThat(seen).isEqualTo(all.subList(0, seen.size()));
        assertThat(log)
            .hasSize(
                stream.recordsBefore(seenUpTo) > stream.recordsBefore(shortened)
                        || stream.startOf(stream.recordsBefore(seenUpTo)) > shortened
                    ? 1
                    : 0);
        append(bytes, shortened);
        seen.addAll(records(follower.readNew()));
        assertThat(seen).isEqualTo(all);
      }
    }
  }

  /** By the stream of another task, a directory, a link, or nothing. */
  @Test
  void aStreamThatIsReplacedIsNoNews() throws Exception {
    List<DamagedStream> streams = runners();
    for (int i = 0; i + 1 < streams.size(); i++) {
      DamagedStream first = streams.get(i);
      DamagedStream.write(first.bytes(), file);
      CheckpointFollower follower = follower();
      follower.readNew();
      String before = text(follower);
      Path other = directory.resolve("other");
      DamagedStream.write(streams.get(i + 1).bytes(), other);
      Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
      follower.readNew();
      Files.delete(file);
      follower.readNew();
      Files.createDirectory(file);
      follower.readNew();
      Files.delete(file);
      Files.createSymbolicLink(file, Path.of("/dev/zero"));
      follower.readNew();
      Files.delete(file);

      assertThat(text(follower)).as(first + " by " + streams.get(i + 1)).startsWith(before);
      assertThat(log).allMatch(line -> line.contains(file.toString()));
    }
  }

  /** While another thread writes, shortens and replaces it at any moment. */
  @Test
  void aStreamThatChangesWhileItIsReadIsNeverMadeUp() throws Exception {
    DamagedStream stream = runners().get(1);
    byte[] bytes = stream.bytes();
    DamagedStream.write(bytes, file);
    List<CheckpointRecord> all = records(follower().readNew());
    CompletableFuture<Void> vandal = CompletableFuture.runAsync(() -> vandalize(bytes, 3_000));
    int rounds = 0;
    while (!vandal.isDone() || rounds == 0) {
      CheckpointFollower follower = follower();
      List<CheckpointRecord> seen = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        seen.addAll(records(follower.readNew()));
      }
      assertThat(seen).isEqualTo(all.subList(0, seen.size()));
      rounds++;
    }
    vandal.get();
    assertThat(records(follower().readNew())).isEqualTo(all);
  }

  /**
   * Not in place: while the kernel clears what is cut off, a reader may see a record of which half
   * is zeros already, and without checksums nobody could tell.
   */
  private void vandalize(byte[] bytes, int times) {
    Random random = new Random(1);
    Path other = directory.resolve("other");
    try {
      for (int i = 0; i < times; i++) {
        int shorter = random.nextInt(bytes.length);
        DamagedStream.write(Arrays.copyOf(bytes, shorter), other);
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
        append(Arrays.copyOf(bytes, shorter + random.nextInt(bytes.length - shorter + 1)), shorter);
      }
      DamagedStream.write(bytes, other);
      Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CheckpointFollower follower() {
    return new CheckpointFollower(
        paths,
        new Log() {
          @Override
          public void info(String message) {}

          @Override
          public void error(String message) {
            log.add(message);
          }
        });
  }

  private void append(byte[] bytes, int from) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes, from, bytes.length - from), from);
    }
  }

  private static List<CheckpointRecord> records(List<Recorded> events) {
    List<CheckpointRecord> records = new ArrayList<>();
    events.forEach(event -> records.add(event.record()));
    return records;
  }

  private static String text(CheckpointFollower follower) {
    StringBuilder text = new StringBuilder();
    for (String process : follower.history().processes()) {
      for (ProcessStatus run : follower.history().runs(process)) {
        text.append(run);
      }
    }
    return text.toString();
  }
}
