package org.thermos.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every fuzz target with what scripts/fuzz kept: inputs that together reach all that was ever
 * reached ({@code NAME.corpus}), and those that once broke it ({@code NAME.findings}). Both have an
 * input a line, in base64.
 */
@Timeout(60)
class FuzzCorpusTest {
  private static final Path SOURCES = Path.of("src/test/java");
  private static final Path KEPT = Path.of("src/test/resources/fuzz");

  static List<String> targets() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .map(file -> SOURCES.relativize(file).toString())
          .filter(file -> file.endsWith("Fuzz.java"))
          .map(file -> file.replace(".java", "").replace('/', '.'))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void everyKeptInputIsHandled(String target) throws Exception {
    Method method = Class.forName(target).getMethod("fuzzerTestOneInput", byte[].class);
    List<String> inputs = kept(name(target) + ".corpus");
    assertThat(inputs).isNotEmpty();
    inputs.addAll(kept(name(target) + ".findings"));
    for (String input : inputs) {
      try {
        method.invoke(null, (Object) Base64.getDecoder().decode(input));
      } catch (InvocationTargetException e) {
        throw new AssertionError(target + " breaks with " + input, e.getCause());
      }
    }
  }

  @Test
  void noInputIsKeptForNobody() throws IOException {
    List<String> names = targets().stream().map(FuzzCorpusTest::name).toList();
    try (Stream<Path> files = Files.list(KEPT)) {
      assertThat(files.map(file -> file.getFileName().toString().replaceFirst("\\..*", "")))
          .isSubsetOf(names);
    }
  }

  /** {@code org.thermos.config.JobFuzz} is Job. */
  private static String name(String target) {
    return target.replaceFirst(".*\\.", "").replaceFirst("Fuzz$", "");
  }

  private static List<String> kept(String file) throws IOException {
    List<String> lines = new ArrayList<>();
    if (Files.exists(KEPT.resolve(file))) {
      lines.addAll(Files.readAllLines(KEPT.resolve(file)));
    }
    lines.removeIf(line -> line.startsWith("#"));
    return lines;
  }
}
