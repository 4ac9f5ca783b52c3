package org.thermos.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T18:00:00.123456Z"), ZoneOffset.UTC);

  @TempDir Path directory;

  @Test
  void writesOneLineAnEventAndGoesOnWithAnExistingFile() throws Exception {
    Path file = directory.resolve("logs/program.log");
    try (LogFile log = LogFile.open(file, 1000, CLOCK)) {
      log.info("first\nwith a second line");
    }
    try (LogFile log = LogFile.open(file, 1000, CLOCK)) {
      log.error("second");
    }
    assertThat(file)
        .hasContent(
            """
            2026-11-21T18:00:00.123Z INFO first\\nwith a second line
            2026-11-21T18:00:00.123Z ERROR second""");
  }

  @Test
  void keepsAtMostTwiceTheLimit() throws Exception {
    Path file = directory.resolve("program.log");
    try (LogFile log = LogFile.open(file, 100, CLOCK)) {
      for (int i = 0; i < 50; i++) {
        log.info("line " + i);
      }
    }
    assertThat(Files.size(file)).isLessThanOrEqualTo(100);
    assertThat(Files.size(directory.resolve("program.log.1"))).isLessThanOrEqualTo(100);
    assertThat(Files.readString(file)).endsWith("line 49\n");
  }

  @Test
  void survivesADirectoryItMayNotHave() throws Exception {
    Path notADirectory = Files.createFile(directory.resolve("file"));
    try (LogFile log = LogFile.open(notADirectory.resolve("program.log"), 100, CLOCK)) {
      log.info("said on standard error");
    }
    assertThat(notADirectory).isEmptyFile();
  }

  @Test
  void isNeverWrittenThroughALink() throws Exception {
    Path elsewhere = Files.createFile(directory.resolve("elsewhere"));
    Path link = Files.createSymbolicLink(directory.resolve("program.log"), elsewhere);
    try (LogFile log = LogFile.open(link, 100, CLOCK)) {
      log.info("said on standard error");
    }
    assertThat(elsewhere).isEmptyFile();
  }
}
