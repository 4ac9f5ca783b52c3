package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A directory with nothing in it but bash, what bash needs, and a pipe to wait at. */
final class ChrootImage {
  private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

  private ChrootImage() {}

  static void make(Path directory) throws IOException, InterruptedException {
    copy(Path.of("/bin/bash"), directory);
    Process ldd = new ProcessBuilder("ldd", "/bin/bash").start();
    String libraries = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher library = LIBRARY.matcher(libraries);
    while (library.find()) {
      copy(Path.of(library.group(1)), directory);
    }
    Process mkfifo =
        new ProcessBuilder("mkfifo", directory.resolve("fifo").toString()).inheritIO().start();
    assertThat(mkfifo.waitFor()).isZero();
  }

  private static void copy(Path file, Path directory) throws IOException {
    Path target = directory.resolve(file.toString().substring(1));
    Files.createDirectories(target.getParent());
    Files.copy(file, target);
  }
}
