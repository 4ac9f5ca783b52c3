package org.thermos.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The builds of thermos-native that the tests run: the one that is shipped, and one that
 * AddressSanitizer and UBSan watch over.
 */
final class Binaries {
  private static final Path OUTPUT = Path.of("target", "test-native").toAbsolutePath();

  private Binaries() {}

  /** For {@code @MethodSource}. */
  static Stream<Path> both() throws IOException, InterruptedException {
    return Stream.of(NativeBinary.locate(), sanitized());
  }

  static synchronized Path sanitized() throws IOException, InterruptedException {
    Process build =
        new ProcessBuilder("scripts/build-native", OUTPUT.toString(), "sanitized")
            .inheritIO()
            .start();
    if (build.waitFor() != 0) {
      throw new IOException(
          "unable to build the sanitized binary, see the output of scripts/build-native");
    }
    try (Stream<Path> files = Files.walk(OUTPUT)) {
      return files
          .filter(file -> file.endsWith("thermos-native-sanitized"))
          .findFirst()
          .orElseThrow();
    }
  }
}
