package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {
  @TempDir Path directory;

  @Test
  void showsTheLastLines() throws Exception {
    Path log = Files.writeString(directory.resolve("log"), "line\n".repeat(100_000) + "last");

    assertThat(LogTail.read(directory, log)).hasSize(10).endsWith("line", "last");
  }

  @Test
  void makesThemSafeToShow() throws Exception {
    Path log =
        Files.write(
            directory.resolve("log"),
            "a\tb\u001b[2J\u202e\rc\n\u00ff".getBytes(StandardCharsets.UTF_8));

    assertThat(LogTail.read(directory, log)).containsExactly("a\tb?[2J?", "c", "\u00ff");
  }

  @Test
  void doesNotFollowTheTaskOutOfItsDirectory() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "secret");
    Path sandbox = Files.createDirectory(directory.resolve("sandbox"));
    Path link = Files.createSymbolicLink(sandbox.resolve("stderr"), secret);

    assertThat(LogTail.read(sandbox, link)).isEmpty();
  }

  @Test
  void hasNothingOfWhatIsMissingOrNoFile() throws Exception {
    assertThat(LogTail.read(directory, directory.resolve("missing"))).isEmpty();
    assertThat(LogTail.read(directory, Files.createDirectory(directory.resolve("d")))).isEmpty();
  }
}
