package org.thermos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents name the tests that hold their promises: those tests are there. */
class ContractTest {
  private static final Pattern NAMED_TEST = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");

  @Test
  void everyTestThatADocumentNamesExists() throws IOException {
    Map<String, String> tests = sources();
    int named = 0;
    for (String document :
        new String[] {"contract.md", "architecture.md", "reliability.md", "executor.md"}) {
      Matcher matcher = NAMED_TEST.matcher(Files.readString(Path.of("docs", document)));
      while (matcher.find()) {
        named++;
        assertThat(tests).as(document).containsKey(matcher.group(1));
        if (matcher.group(2) != null) {
          assertThat(tests.get(matcher.group(1)))
              .as(document + " names " + matcher.group())
              .contains(" " + matcher.group(2) + "(");
        }
      }
    }
    assertThat(named).isGreaterThan(40);
  }

  private static Map<String, String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      Map<String, String> sources = new TreeMap<>();
      for (Path file :
          files.filter(f -> f.toString().endsWith("Test.java")).collect(Collectors.toList())) {
        sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
      }
      return sources;
    }
  }
}
