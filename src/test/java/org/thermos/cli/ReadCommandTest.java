package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.config.json.Json;

class ReadCommandTest {
  private static final Path RUN = Cli.GOLDEN.resolve("cli_run");
  private static final Path STREAM = RUN.resolve("root/checkpoints/golden-cli_run/runner");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"read", "inspect"})
  void printsAStreamAsTheOriginalDoes(String command) throws Exception {
    Cli cli = Cli.run(command, STREAM);

    assertThat(cli.out()).isEqualTo(Files.readString(RUN.resolve("stdout.3")));
    assertThat(cli.err()).isEmpty();
    assertThat(cli.exitCode()).isZero();
  }

  @Test
  void simplePrintsEachRecordOnALine() throws Exception {
    List<String> records =
        Files.readAllLines(RUN.resolve("decoded/runner.txt")).stream()
            .filter(line -> !line.startsWith("# end"))
            .map(line -> line.replaceFirst("^#\\d+ off=\\d+ len=\\d+ ", "CKPT: "))
            .toList();

    Cli cli = Cli.run("read", "--simple", STREAM);

    assertThat(cli.out().lines()).containsExactlyElementsOf(records);
    assertThat(cli.exitCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"read", "inspect"})
  void jsonIsOneObjectPerRecord(String command) {
    Cli cli = Cli.run(command, "--json", STREAM);

    assertThat(cli.exitCode()).isZero();
    assertThat(cli.objects())
        .extracting(object -> ((Json.Text) object.members().get("record")).value())
        .containsExactly(
            "task_status",
            "runner_header",
            "process_status",
            "process_status",
            "process_status",
            "process_status",
            "task_status",
            "task_status",
            "task_status");
  }

  @ParameterizedTest
  @CsvSource({
    "corrupt_truncated_frame, 353, torn",
    "corrupt_truncated_len_prefix, 406, torn",
    "corrupt_len_beyond_eof, 353, torn",
    "corrupt_zeros_tail, 406, torn",
    "corrupt_oversize_len, 300, corrupt",
    "corrupt_bad_field_type, 353, torn",
  })
  void ofADamagedStreamPrintsWhatCanBeRead(String scenario, int offset, String kind)
      throws Exception {
    Path stream = damaged(scenario);
    for (String form : List.of("", "--simple", "--json")) {
      Cli cli = form.isEmpty() ? Cli.run("read", stream) : Cli.run("read", form, stream);

      assertThat(cli.out()).contains("golden-recover_done_meanwhile");
      assertThat(cli.complaint())
          .startsWith(
              "thermos: cannot read all of " + stream + ": at offset " + offset + ": " + kind);
      assertThat(cli.exitCode()).isEqualTo(ExitCode.DATA);
    }
  }

  @Test
  void nothingIsLostBeforeTheDamage() throws Exception {
    byte[] whole = Files.readAllBytes(STREAM);
    Path torn = Files.write(directory.resolve("runner"), Arrays.copyOf(whole, 370));

    Cli cli = Cli.run("read", "--json", torn);

    assertThat(cli.objects()).hasSize(5);
    assertThat(cli.exitCode()).isEqualTo(ExitCode.DATA);
  }

  @Test
  void aRunWithoutPidIsShown() throws Exception {
    Cli cli = Cli.run("read", damaged("corrupt_truncated_frame"));

    assertThat(cli.out()).contains("0: pid=None, rc=, finish:None, state:FORKED");
  }

  @Test
  void anEmptyStreamIsDamaged() throws Exception {
    Path empty = Files.createFile(directory.resolve("runner"));
    for (String command : List.of("read", "inspect")) {
      Cli cli = Cli.run(command, empty);

      assertThat(cli.complaint()).endsWith("at offset 0: it ends before the header of a task");
      assertThat(cli.exitCode()).isEqualTo(ExitCode.DATA);
    }
  }

  @Test
  void theStreamOfACoordinatorCanBeReadRecordByRecord() {
    Path stream = RUN.resolve("root/checkpoints/golden-cli_run/coordinator.p");

    assertThat(Cli.run("read", "--simple", stream).exitCode()).isZero();
    Cli history = Cli.run("read", stream);
    assertThat(history.complaint()).contains("at offset 0: no runner's stream", "--simple");
    assertThat(history.exitCode()).isEqualTo(ExitCode.DATA);
  }

  @Test
  void otherFilesAreNoStreams() throws Exception {
    Path text = Files.writeString(directory.resolve("text"), "Recovered Task Header:\n");

    Cli cli = Cli.run("read", text);

    assertThat(cli.complaint()).contains("at offset 0: ");
    assertThat(cli.exitCode()).isEqualTo(ExitCode.DATA);
  }

  @Test
  void aMissingFileIsSaidSo() {
    Path missing = directory.resolve("none");
    for (String command : List.of("read", "inspect")) {
      Cli cli = Cli.run(command, missing);

      assertThat(cli.complaint()).isEqualTo("thermos: cannot open " + missing + ": no such file");
      assertThat(cli.exitCode()).isEqualTo(ExitCode.NO_INPUT);
    }
  }

  @Test
  void whatIsNoFileIsNotOpened() {
    Cli cli = Cli.run("read", directory);

    assertThat(cli.complaint()).isEqualTo("thermos: cannot open " + directory + ": it is no file");
    assertThat(cli.exitCode()).isEqualTo(ExitCode.NO_INPUT);
  }

  private static Path damaged(String scenario) throws IOException {
    Path checkpoints = Cli.GOLDEN.resolve(scenario).resolve("root_before/checkpoints");
    try (Stream<Path> tasks = Files.list(checkpoints)) {
      return tasks.findFirst().orElseThrow().resolve("runner");
    }
  }
}
