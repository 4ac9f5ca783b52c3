package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Help.Ansi;

class ThermosCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "raed x | cannot run 'raed': no such command, did you mean 'read'? (see 'thermos --help')",
        "xyzzyplugh | cannot run 'xyzzyplugh': no such command (see 'thermos --help')",
        "read | cannot use these arguments: Missing required parameter: 'FILE' (see 'thermos read --help')",
        "read a b | cannot use 'b': one argument too many (see 'thermos read --help')",
        "read --jsn a | cannot use --jsn: no such option, did you mean '--json'? (see 'thermos read --help')",
        "read --json --simple a | cannot use these arguments: --simple, --json are mutually exclusive (specify only one) (see 'thermos read --help')",
        "help raed | cannot use these arguments: Unknown subcommand 'raed'. (see 'thermos --help')",
      })
  void whatCannotBeUnderstoodIsOneLineWithAHint(String line, String complaint) {
    Cli cli = Cli.run((Object[]) line.split(" ", -1));

    assertThat(cli.complaint()).isEqualTo("thermos: " + complaint);
    assertThat(cli.out()).isEmpty();
    assertThat(cli.exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http:0", "http:65536", "http:x", "http:", ":80", "http"})
  void aPortMustHaveANameAndANumber(String port) {
    Cli cli = Cli.run("resolve", "--port=" + port, "pom.xml");

    assertThat(cli.complaint()).startsWith("thermos: cannot use ").contains("port", port);
    assertThat(cli.exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void withoutACommandItSaysWhereToLook() {
    Cli cli = Cli.run();

    assertThat(cli.complaint()).contains("Missing required subcommand", "thermos --help");
    assertThat(cli.exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"help", "--help"})
  void helpListsTheCommands(String word) {
    Cli cli = Cli.run(word);

    assertThat(cli.out()).contains("read", "inspect", "resolve", "help");
    assertThat(cli.err()).isEmpty();
    assertThat(cli.exitCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"read", "inspect", "resolve"})
  void helpOfACommandTellsItsExitCodes(String command) {
    Cli cli = Cli.run("help", command);

    assertThat(cli.out()).contains("Usage: thermos " + command, "Exit codes:", "66");
    assertThat(Cli.run(command, "--help").out()).isEqualTo(cli.out());
    assertThat(cli.exitCode()).isZero();
  }

  @Test
  void tellsItsVersion() {
    Cli cli = Cli.run("--version");

    assertThat(cli.out()).startsWith("thermos ").contains("JVM: ");
    assertThat(cli.exitCode()).isZero();
  }

  @Test
  void failsWhenItsOutputCannotBeWritten() {
    Writer full =
        new Writer() {
          @Override
          public void write(char[] characters, int from, int length) throws IOException {
            throw new IOException("No space left on device");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    StringWriter err = new StringWriter();
    Output output =
        new Output(new PrintWriter(full), new PrintWriter(err), ZoneOffset.UTC, Ansi.OFF);

    assertThat(ThermosCommand.run(output, stop -> {}, "--version")).isEqualTo(ExitCode.IO_ERROR);
    assertThat(err).hasToString("thermos: cannot write to standard output\n");
  }
}
