package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonReader;

class InspectCommandTest {
  private static final String TASK =
      "{'name': 'web', 'processes': [{'name': 'serve', 'cmdline': 'serve {{thermos.ports[http]}}'}]}";

  private static final String WITH_DEFAULTS =
      """
      {'name': 'web', 'constraints': [], 'max_failures': 1, 'max_concurrency': 0,
       'finalization_wait': 30,
       'processes': [{'name': 'serve', 'cmdline': 'serve {{thermos.ports[http]}}',
         'max_failures': 1, 'min_duration': 5, 'daemon': false, 'ephemeral': false,
         'final': false}]}
      """;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TASK",
        "{'role': 'www', 'cluster': 'west', 'environment': 'prod', 'task': TASK}",
        "{'role': 'www', 'environment': 'prod', 'instance': 3, 'task': TASK}"
      })
  void printsTheTaskOfEachKindOfDocument(String document) throws Exception {
    Path file = write(document.replace("TASK", TASK));

    Cli pretty = Cli.run("inspect", file);
    Cli line = Cli.run("inspect", "--json", file);

    Json expected = JsonReader.read(quoted(WITH_DEFAULTS));
    assertThat(pretty.exitCode()).isZero();
    assertThat(JsonReader.read(pretty.out())).isEqualTo(expected);
    assertThat(pretty.out()).contains("\n      \"cmdline\": \"serve {{thermos.ports[http]}}\",\n");
    assertThat(line.out().lines()).hasSize(1);
    assertThat(JsonReader.read(line.out())).isEqualTo(expected);
  }

  @Test
  void printsTheTaskThatARunnerKept() throws Exception {
    Path kept = Cli.GOLDEN.resolve("cli_run/root/tasks/finished/golden-cli_run");

    Cli cli = Cli.run("inspect", "--json", kept);

    assertThat(cli.exitCode()).isZero();
    assertThat(JsonReader.read(cli.out())).isEqualTo(JsonReader.read(Files.readAllBytes(kept)));
  }

  @Test
  void printsTheTaskOfAnAssignedTask() {
    Cli cli =
        Cli.run("inspect", Cli.GOLDEN.resolve("assigned/bad_announce_self/assigned_task.bin"));

    assertThat(cli.exitCode()).isZero();
    assertThat(cli.out()).contains("\"cmdline\": \"echo {{thermos.ports[http]}}\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{'processes': 3}", "[]", "text", "{'task': []}", "  "})
  void whatIsNoTaskIsRefused(String content) throws Exception {
    Path file = write(content);

    Cli cli = Cli.run("inspect", file);

    assertThat(cli.complaint()).startsWith("thermos: cannot read " + file + " as a task: ");
    assertThat(cli.out()).isEmpty();
    assertThat(cli.exitCode()).isEqualTo(ExitCode.DATA);
  }

  private Path write(String document) throws Exception {
    return Files.writeString(directory.resolve("task.json"), quoted(document));
  }

  private static String quoted(String json) {
    return json.replace('\'', '"');
  }
}
