package org.thermos.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class CheckpointTailTest {
  @TempDir private Path directory;
  private final List<CheckpointRecord> seen = new ArrayList<>();
  private Path file;
  private CheckpointTail tail;

  @BeforeEach
  void follow() {
    file = directory.resolve("runner");
    tail = new CheckpointTail(file);
  }

  @Test
  void aFileThatDoesNotExistYetHasNoRecords() throws Exception {
    assertThat(readNew()).isEqualTo(new ReadResult.End(0));

    append(Records.frame(Records.header("t")));

    assertThat(readNew()).isEqualTo(new ReadResult.End(Files.size(file)));
    assertThat(seen).containsExactly(Records.header("t"));
  }

  @Test
  void eachRecordIsHandedOnOnce() throws Exception {
    List<ProcessStatus> run = Records.run(0, "p");
    for (ProcessStatus status : run) {
      append(Records.frame(status));
      readNew();
      readNew();
    }

    assertThat(seen).isEqualTo(run);
    assertThat(tail.offset()).isEqualTo(Files.size(file));
  }

  @Test
  void anIncompleteRecordIsWaitedFor() throws Exception {
    byte[] frame = Records.frame(Records.header("t"));
    for (int i = 0; i < frame.length; i++) {
      append(Arrays.copyOfRange(frame, i, i + 1));
      assertThat(readNew())
          .isInstanceOf(i + 1 == frame.length ? ReadResult.End.class : ReadResult.Torn.class);
      assertThat(seen).hasSize(i + 1 == frame.length ? 1 : 0);
    }
  }

  @Test
  void damageStopsItForGood() throws Exception {
    append(Records.frame(Records.task(TaskState.ACTIVE)));
    long damaged = Files.size(file);
    append(new byte[] {0, 0, 0, 0});
    append(Records.frame(Records.header("t")));

    assertThat(readNew())
        .isInstanceOfSatisfying(
            ReadResult.Corrupt.class, corrupt -> assertThat(corrupt.offset()).isEqualTo(damaged));
    assertThat(readNew()).isInstanceOf(ReadResult.Corrupt.class);
    assertThat(seen).containsExactly(Records.task(TaskState.ACTIVE));
  }

  @Test
  void aFileThatShrinksOrVanishesIsReported() throws Exception {
    append(Records.frame(Records.task(TaskState.ACTIVE)));
    append(Records.frame(Records.header("t")));
    readNew();

    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(50);
    }
    assertThat(readNew())
        .isInstanceOfSatisfying(
            ReadResult.Corrupt.class,
            corrupt -> assertThat(corrupt.reason()).contains("only 50 bytes"));

    Files.delete(file);
    assertThat(readNew()).isInstanceOf(ReadResult.Corrupt.class);
    assertThat(seen).hasSize(2);
  }

  @Test
  void aTornTailMayBeCutByARecoveringWriter() throws Exception {
    append(Records.frame(Records.task(TaskState.ACTIVE)));
    append(new byte[] {0, 0, 0, 99, 1});
    assertThat(readNew()).isInstanceOf(ReadResult.Torn.class);

    try (RecordLog log = RecordLog.open(file, CheckpointLoader.load(file).end())) {
      log.append(List.of(Records.header("t")));
    }

    assertThat(readNew()).isInstanceOf(ReadResult.End.class);
    assertThat(seen).containsExactly(Records.task(TaskState.ACTIVE), Records.header("t"));
  }

  @Test
  void onlyARegularFileIsRead() throws Exception {
    Files.createSymbolicLink(file, Files.writeString(directory.resolve("secret"), "secret"));

    assertThatIOException().isThrownBy(this::readNew).withMessageContaining("not a regular file");
  }

  @Test
  void aPipeInPlaceOfTheFileDoesNotBlock() throws Exception {
    Process mkfifo = new ProcessBuilder("mkfifo", file.toString()).start();
    assertThat(mkfifo.waitFor()).isZero();

    assertThatIOException().isThrownBy(this::readNew).withMessageContaining("not a regular file");
  }

  private ReadResult.Stop readNew() throws IOException {
    return tail.readNew(intact -> seen.add(intact.record()));
  }

  private void append(byte[] bytes) throws IOException {
    Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
