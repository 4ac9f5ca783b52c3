package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ExamplesTest {
  static final Path EXAMPLES = Path.of("examples");

  @TestFactory
  Stream<DynamicTest> anExecutorWouldAcceptThem() throws IOException {
    return examples().stream()
        .map(
            example ->
                DynamicTest.dynamicTest(
                    example.getFileName().toString(),
                    () -> {
                      Cli cli = Cli.run("resolve", "--port=http:8080", example);
                      assertThat(cli.exitCode()).as(cli.out()).isZero();
                    }));
  }

  @Test
  void theirReadmeNamesThemAll() throws IOException {
    String readme = Files.readString(EXAMPLES.resolve("README.md"));

    assertThat(examples()).hasSizeGreaterThan(5);
    assertThat(examples())
        .allSatisfy(it -> assertThat(readme).contains("`" + it.getFileName() + "`"));
  }

  private static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files.filter(it -> it.toString().endsWith(".json")).sorted().toList();
    }
  }
}
