package org.thermos.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordLogTest {
  private static final byte[] FIRST = Records.frame(Records.task(TaskState.ACTIVE));

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void writeFirstRecord() throws IOException {
    file = directory.resolve("runner");
    Files.write(file, FIRST);
  }

  @Test
  void appendsAllRecordsInOrder() throws Exception {
    try (RecordLog log = RecordLog.open(file, FIRST.length)) {
      log.append(Records.run(0, "p"));
      log.append(List.of(Records.task(TaskState.CLEANING)));
      assertThat(log.end()).isEqualTo(Files.size(file));
    }

    LoadedCheckpoint loaded = CheckpointLoader.load(file);
    assertThat(loaded.problem()).isEmpty();
    assertThat(loaded.history().state()).isEqualTo(TaskState.CLEANING);
    assertThat(loaded.history().lastRun("p"))
        .hasValueSatisfying(run -> assertThat(run.state()).isEqualTo(ProcessState.SUCCESS));
  }

  @Test
  void appendingNothingChangesNothing() throws Exception {
    try (RecordLog log = RecordLog.open(file, FIRST.length)) {
      log.append(List.of());
    }

    assertThat(file).hasBinaryContent(FIRST);
  }

  @Test
  void allRecordsOfAnAppendAreOneWriteAndThenOneSync() throws Exception {
    try (FaultyChannel channel = channel();
        RecordLog log = new RecordLog(channel, file, FIRST.length)) {
      log.append(Records.run(0, "p"));

      assertThat(channel.calls()).containsExactly("write", "force");
    }
  }

  @Test
  void aTornTailIsCutOffBeforeAnythingIsAppended() throws Exception {
    Files.write(file, new byte[] {0, 0, 0, 40, 12, 0}, StandardOpenOption.APPEND);

    try (RecordLog log = RecordLog.open(file, CheckpointLoader.load(file).end())) {
      assertThat(file).hasBinaryContent(FIRST);
      log.append(List.of(Records.header("t")));
    }

    assertThat(CheckpointLoader.load(file).problem()).isEmpty();
    assertThat(CheckpointLoader.load(file).history().header()).contains(Records.header("t"));
  }

  @Test
  void aFullDiskLeavesTheFileAsItWasAndTheAppendMayBeTriedAgain() throws Exception {
    try (FaultyChannel channel = channel();
        RecordLog log = new RecordLog(channel, file, FIRST.length)) {
      channel.failAfter(30);
      assertThatIOException()
          .isThrownBy(() -> log.append(Records.run(0, "p")))
          .withMessageContaining(file.toString())
          .withMessageContaining("No space left on device");
      assertThat(file).hasBinaryContent(FIRST);

      channel.work();
      log.append(Records.run(0, "p"));
    }
    assertThat(CheckpointLoader.load(file).problem()).isEmpty();
    assertThat(CheckpointLoader.load(file).history().processes()).containsExactly("p");
  }

  @Test
  void whatCannotBeSyncedIsTakenBack() throws Exception {
    try (FaultyChannel channel = channel();
        RecordLog log = new RecordLog(channel, file, FIRST.length)) {
      channel.failSync();

      assertThatIOException()
          .isThrownBy(() -> log.append(Records.run(0, "p")))
          .withMessageContaining("Input/output error");

      assertThat(file).hasBinaryContent(FIRST);
      assertThat(log.end()).isEqualTo(FIRST.length);
    }
  }

  @Test
  void whatCouldNotBeTakenBackIsRemovedByTheNextAppend() throws Exception {
    try (FaultyChannel channel = channel();
        RecordLog log = new RecordLog(channel, file, FIRST.length)) {
      channel.failAfter(30);
      channel.failTruncate();
      assertThatIOException().isThrownBy(() -> log.append(Records.run(0, "p")));
      assertThat(Files.size(file)).as("a torn tail").isEqualTo(FIRST.length + 30);

      channel.work();
      log.append(List.of(Records.task(TaskState.CLEANING)));
    }
    assertThat(CheckpointLoader.load(file).problem()).isEmpty();
    assertThat(CheckpointLoader.load(file).history().processes()).isEmpty();
  }

  @Test
  void aShortWriteIsContinued() throws Exception {
    try (FaultyChannel channel = channel();
        RecordLog log = new RecordLog(channel, file, FIRST.length)) {
      channel.writeAtMost(7);
      log.append(Records.run(0, "p"));
    }

    assertThat(CheckpointLoader.load(file).problem()).isEmpty();
  }

  @Test
  void onlyAnExistingRegularFileThatIsLongEnoughIsOpened() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);

    assertThatIOException()
        .isThrownBy(() -> RecordLog.open(file, FIRST.length + 1))
        .withMessageContaining("records up to byte");
    assertThatIOException()
        .isThrownBy(() -> RecordLog.open(link, 0))
        .withMessageContaining("not a regular file");
    assertThatIOException()
        .isThrownBy(() -> RecordLog.open(directory, 0))
        .withMessageContaining("not a regular file");
    assertThatIOException()
        .isThrownBy(() -> RecordLog.open(directory.resolve("none"), 0))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(file).hasBinaryContent(FIRST);
  }

  private FaultyChannel channel() throws IOException {
    return new FaultyChannel(FileChannel.open(file, StandardOpenOption.WRITE));
  }
}
