package org.thermos.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskFilesTest {
  private static final byte[] TASK = "{\"name\": \"t\"}".getBytes(StandardCharsets.UTF_8);
  private static final Instant END = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir private Path root;
  private TaskPaths paths;
  private TaskFiles files;

  @BeforeEach
  void setUp() {
    paths = TaskPaths.of(root, "task");
    files = new TaskFiles(paths, Clock.fixed(END, ZoneOffset.UTC));
  }

  @Test
  void aTaskIsFirstActiveAndThenFinished() throws Exception {
    assertThat(files.isActive()).isFalse();

    files.create(TASK);
    assertThat(files.isActive()).isTrue();
    assertThat(files.isFinished()).isFalse();
    assertThat(paths.activeTask()).hasBinaryContent(TASK);

    files.finish();
    assertThat(files.isActive()).isFalse();
    assertThat(files.isFinished()).isTrue();
    assertThat(paths.finishedTask()).hasBinaryContent(TASK);
    assertThat(Files.getLastModifiedTime(paths.finishedTask()).toInstant()).isEqualTo(END);
  }

  @Test
  void nothingElseIsLeft() throws Exception {
    files.create(TASK);

    try (Stream<Path> left = Files.walk(root)) {
      assertThat(left.filter(Files::isRegularFile)).containsExactly(paths.activeTask());
    }
  }

  @Test
  void anActiveFileIsLeftAsItIs() throws Exception {
    files.create(TASK);
    files.create("other".getBytes(StandardCharsets.UTF_8));

    assertThat(paths.activeTask()).hasBinaryContent(TASK);
  }

  @Test
  void aFinishedTaskIsNotStartedAgain() throws Exception {
    files.create(TASK);
    files.finish();

    assertThatIOException()
        .isThrownBy(() -> files.create(TASK))
        .withMessageStartingWith("Cannot initialize task with \"finished\" record!");
    assertThat(files.isActive()).isFalse();
  }

  @Test
  void onlyAnActiveTaskIsFinished() {
    assertThatIOException()
        .isThrownBy(files::finish)
        .withMessageStartingWith("Cannot finalize task with no \"active\" record!");
  }

  @Test
  void aTaskIsNotFinishedOverAnother() throws Exception {
    files.create(TASK);
    Files.createDirectories(paths.finishedTask().getParent());
    Files.writeString(paths.finishedTask(), "earlier");

    assertThatIOException()
        .isThrownBy(files::finish)
        .withMessageStartingWith("Cannot finalize task with \"finished\" record!");
    assertThat(paths.finishedTask()).hasContent("earlier");
    assertThat(files.isActive()).isTrue();
  }

  @Test
  void theDraftOfACrashedRunnerIsNoObstacleAndALinkIsNotFollowed() throws Exception {
    Path victim = Files.writeString(root.resolve("victim"), "precious");
    Files.createDirectories(paths.checkpoints());
    Files.createSymbolicLink(paths.checkpoints().resolve(".task"), victim);

    files.create(TASK);

    assertThat(victim).hasContent("precious");
    assertThat(paths.activeTask()).isRegularFile().hasBinaryContent(TASK);
  }

  @Test
  void aDirectoryThatCannotBeMadeIsAnError() throws IOException {
    Files.writeString(root.resolve("tasks"), "in the way");

    assertThatIOException().isThrownBy(() -> files.create(TASK));
  }
}
