package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonException;
import org.thermos.config.json.JsonReader;
import picocli.CommandLine.Help.Ansi;

/** One command, run in this JVM, and what it wrote. */
record Cli(int exitCode, String out, String err) {
  static final Path GOLDEN = Path.of("src/test/resources/golden");

  static Cli run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Output output =
        new Output(new PrintWriter(out), new PrintWriter(err), ZoneOffset.UTC, Ansi.OFF);
    List<String> words = new ArrayList<>();
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    int exitCode = ThermosCommand.run(output, stop -> {}, words.toArray(String[]::new));
    return new Cli(exitCode, out.toString(), err.toString());
  }

  /** The lines of standard output, each a JSON object. */
  List<Json.Dictionary> objects() {
    return out.lines().map(Cli::object).toList();
  }

  /** The command wrote exactly one line to standard error, and no trace of the program's inside. */
  String complaint() {
    assertThat(err).startsWith("thermos: ").endsWith("\n").doesNotContain("\tat ", "Exception");
    assertThat(err.lines()).hasSize(1);
    return err.strip();
  }

  private static Json.Dictionary object(String line) {
    try {
      return (Json.Dictionary) JsonReader.read(line);
    } catch (JsonException e) {
      throw new AssertionError("no JSON: " + line, e);
    }
  }
}
