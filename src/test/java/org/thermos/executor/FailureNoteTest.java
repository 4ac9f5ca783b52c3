package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.runner.RunnerProgram;

/** A task's processes may have written whatever they like where the runner leaves its note. */
@Timeout(60)
class FailureNoteTest {
  @TempDir Path directory;

  @Test
  void isOneLine() throws Exception {
    Files.writeString(note(), "cannot lock\tit: held\nby pid 7\n");
    assertThat(FailureNote.read(directory)).contains("cannot lock it: held by pid 7");
  }

  @Test
  void isBounded() throws Exception {
    Files.writeString(note(), "x".repeat(10_000_000));
    assertThat(FailureNote.read(directory).orElseThrow()).hasSize(Causes.MAXIMUM_LENGTH);
  }

  @Test
  void neednotBeThere() {
    assertThat(FailureNote.read(directory)).isEmpty();
  }

  @Test
  void needNotBeText() throws Exception {
    Files.write(note(), new byte[] {-1, 0, 'a', -2});
    assertThat(FailureNote.read(directory)).contains("\uFFFD a\uFFFD");
  }

  @Test
  void isNeverElsewhere() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "secret");
    Files.createSymbolicLink(note(), secret);
    assertThat(FailureNote.read(directory)).isEmpty();
  }

  @Test
  void isNeverWaitedFor() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", note().toString()).start().waitFor()).isZero();
    assertThat(FailureNote.read(directory)).isEmpty();
  }

  private Path note() {
    return directory.resolve(RunnerProgram.FAILURE_FILE);
  }
}
