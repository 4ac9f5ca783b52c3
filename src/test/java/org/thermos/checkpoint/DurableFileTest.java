package org.thermos.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
  @TempDir private Path directory;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void holdsWhatItWasLastGivenAndLeavesNoDraft() throws IOException {
    Path file = directory.resolve("f");
    assertThat(DurableFile.read(file, 10)).isEmpty();

    DurableFile.replace(file, bytes("one"));
    DurableFile.replace(file, bytes("two"));

    assertThat(DurableFile.read(file, 3)).hasValue(bytes("two"));
    assertThat(directory).isDirectoryContaining("glob:**/f").isDirectoryNotContaining("glob:**/.*");
  }

  @Test
  void isNeverWrittenNorReadThroughALink() throws IOException {
    Path other = Files.writeString(directory.resolve("other"), "other");
    Path file = Files.createSymbolicLink(directory.resolve("f"), other);
    Files.createSymbolicLink(directory.resolve(".f"), other);
    assertThatIOException().isThrownBy(() -> DurableFile.read(file, 10));

    DurableFile.replace(file, bytes("new"));

    assertThat(other).hasContent("other");
    assertThat(DurableFile.read(file, 10)).hasValue(bytes("new"));
  }

  @Test
  void isNotReadBeyondItsLimit() throws IOException {
    Path file = Files.writeString(directory.resolve("f"), "long");

    assertThatIOException()
        .isThrownBy(() -> DurableFile.read(file, 3))
        .withMessageContaining("more than the 3 bytes");
  }

  @Test
  void directoriesAreMadeWithThoseAboveThem() throws IOException {
    Path deep = directory.resolve("a/b/c");
    DurableFile.createDirectories(deep);
    DurableFile.createDirectories(deep);
    assertThat(deep).isDirectory();

    Files.writeString(directory.resolve("file"), "");
    assertThatIOException()
        .isThrownBy(() -> DurableFile.createDirectories(directory.resolve("file")))
        .isInstanceOf(FileAlreadyExistsException.class);
  }
}
