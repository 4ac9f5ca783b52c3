package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.checkpoint.DamagedStream;
import org.thermos.cli.StreamPrinter.Form;
import picocli.CommandLine.Help.Ansi;

/**
 * {@code read} and {@code inspect} of streams that are cut or damaged at any byte, in one form
 * after the other.
 */
@Timeout(120)
class DamagedReadTest {
  private static final List<Form> FORMS = List.of(Form.values());

  @TempDir private Path directory;

  /** What a command wrote, and what it complained of. */
  private record Printed(List<String> lines, String complaint) {}

  static List<DamagedStream> runners() throws IOException {
    return DamagedStream.runners();
  }

  @ParameterizedTest
  @MethodSource("runners")
  void ofACutStreamIsShownWhatIsThere(DamagedStream stream) throws Exception {
    Map<Form, List<String>> whole = printWhole(stream);
    stream.cutAnywhere(
        (cut, length) -> {
          Form form = FORMS.get(length % FORMS.size());
          Printed printed = print(cut, form);
          int intact = stream.recordsBefore(length);

          if (form != Form.HISTORY) {
            assertThat(printed.lines()).isEqualTo(whole.get(form).subList(0, intact));
          }
          if (stream.startOf(intact) < length) {
            assertThat(printed.complaint())
                .startsWith(
                    "cannot read all of %s: at offset %d: torn: "
                        .formatted(file(), stream.startOf(intact)));
          }
        });
  }

  @ParameterizedTest
  @MethodSource("runners")
  void ofADamagedStreamIsShownWhatIsRight(DamagedStream stream) throws Exception {
    Map<Form, List<String>> whole = printWhole(stream);
    stream.changeAnywhere(
        (damaged, at) -> {
          Form form = FORMS.get(at % FORMS.size());
          Printed printed = print(damaged, form);
          int intact = stream.recordsBefore(at);

          if (form != Form.HISTORY) {
            List<String> undamaged = whole.get(form);
            assertThat(printed.lines().subList(0, intact)).isEqualTo(undamaged.subList(0, intact));
            assertThat(printed.lines().size() == undamaged.size())
                .isEqualTo(printed.complaint().isEmpty());
          }
          if (!printed.complaint().isEmpty()) {
            assertThat(printed.complaint())
                .startsWith("cannot read all of " + file() + ": at offset ");
          }
        });
  }

  /** The whole commands, which tell a stream from a task by its first byte. */
  @Test
  void everyCommandSaysOneLineAboutDamage() throws Exception {
    DamagedStream stream = DamagedStream.runners().get(0);
    for (String command :
        List.of("read", "read --simple", "read --json", "inspect", "inspect --json")) {
      byte[] damaged = stream.bytes();
      for (int at = 0; at < damaged.length; at += 9) {
        damaged[at] ^= (byte) 0xff;
        DamagedStream.write(damaged, file());
        String[] words = (command + " " + file()).split(" ", -1);
        Cli cli = Cli.run((Object[]) words);
        damaged[at] ^= (byte) 0xff;

        assertThat(cli.exitCode()).as(command + " " + at).isIn(ExitCode.OK, ExitCode.DATA);
        if (cli.exitCode() == ExitCode.DATA) {
          assertThat(cli.complaint()).contains(file().toString());
        }
      }
    }
  }

  private Map<Form, List<String>> printWhole(DamagedStream stream) throws IOException {
    Map<Form, List<String>> whole = new EnumMap<>(Form.class);
    for (Form form : FORMS) {
      whole.put(form, print(stream.bytes(), form).lines());
    }
    return whole;
  }

  private Printed print(byte[] content, Form form) throws IOException {
    DamagedStream.write(content, file());
    StringWriter out = new StringWriter();
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    Output output = new Output(new PrintWriter(out), nowhere, ZoneOffset.UTC, Ansi.OFF);
    try {
      new StreamPrinter(output).print(file(), form);
      return new Printed(out.toString().lines().toList(), "");
    } catch (CommandException e) {
      assertThat(e.exitCode()).isEqualTo(ExitCode.DATA);
      return new Printed(out.toString().lines().toList(), e.getMessage());
    }
  }

  private Path file() {
    return directory.resolve("runner");
  }
}
