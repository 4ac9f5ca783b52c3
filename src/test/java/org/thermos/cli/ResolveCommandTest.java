package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonReader;

/** At the level of the command; all cases are compared in the config package's tests. */
class ResolveCommandTest {
  private static final Path ASSIGNED = Cli.GOLDEN.resolve("assigned");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "own_process_kinds__process_kinds",
        "own_announce__announce_primary",
        "own_composed_tasks__concat"
      })
  void whatTheOriginalStartsIsAccepted(String name) throws Exception {
    Path file = ASSIGNED.resolve(name).resolve("assigned_task.bin");
    Map<String, Json> golden = golden(name);

    Cli cli = Cli.run("resolve", file);

    assertThat(cli.exitCode()).isZero();
    assertThat(cli.objects()).hasSize(1);
    Map<String, Json> actual = cli.objects().get(0).members();
    assertThat(actual).containsEntry("file", new Json.Text(file.toString()));
    assertThat(actual).containsEntry("warnings", new Json.Array(List.of()));
    for (String key : List.of("outcome", "ports", "lifecycle", "announce", "task_instance")) {
      assertThat(actual.get(key)).as(key).isEqualTo(golden.get(key));
    }
    assertThat(actual.get("task"))
        .isEqualTo(((Json.Dictionary) golden.get("thermos_runner")).members().get("task"));
  }

  @Test
  void whatTheOriginalFailsIsRefused() {
    Cli cli = Cli.run("resolve", ASSIGNED.resolve("bad_announce_self/assigned_task.bin"));

    assertThat(cli.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.err()).isEmpty();
    Map<String, Json> outcome = cli.objects().get(0).members();
    assertThat(outcome.keySet()).containsExactlyInAnyOrder("file", "outcome", "message");
    assertThat(outcome).containsEntry("outcome", new Json.Text("refused"));
    assertThat(outcome.get("message").toString()).contains("Found cycle in portmap!");
  }

  @Test
  void severalFilesHaveALineEach() {
    Path good = ASSIGNED.resolve("own_composed_tasks__concat/assigned_task.bin");
    Path bad = ASSIGNED.resolve("bad_announce_self/assigned_task.bin");
    Path missing = directory.resolve("missing");

    assertThat(Cli.run("resolve", good, bad, good).exitCode()).isEqualTo(ExitCode.FAILED);

    Cli cli = Cli.run("resolve", good, missing, bad);
    assertThat(cli.exitCode()).isEqualTo(ExitCode.NO_INPUT);
    assertThat(cli.objects())
        .extracting(object -> ((Json.Text) object.members().get("outcome")).value())
        .containsExactly("accepted", "unreadable", "refused");
    assertThat(cli.complaint()).isEqualTo("thermos: cannot open " + missing + ": no such file");
  }

  @Test
  void portsOfJsonAreGivenAsOptions() throws Exception {
    Path task =
        Files.writeString(
            directory.resolve("web.json"),
            """
            {"name": "web", "resources": {"cpu": 1.0, "ram": 1, "disk": 1},
             "processes": [{"name": "a", "cmdline": "{{thermos.task_id}} {{thermos.ports[http]}}"}]}
            """);

    Cli without = Cli.run("resolve", task);
    assertThat(without.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(without.out()).contains("Unbound ports: http");

    Cli with = Cli.run("resolve", "--port=http:8080", task);
    assertThat(with.exitCode()).isZero();
    assertThat(with.out()).contains("\"cmdline\":\"web 8080\"", "\"ports\":{\"http\":8080}");
  }

  @Test
  void whatIsSaidInVainIsListed() throws Exception {
    Path task =
        Files.writeString(
            directory.resolve("web.json"),
            """
            {"name": "web", "resources": {"cpu": 1.0, "ram": 1, "disk": 1}, "user": "www",
             "processes": [{"name": "a", "cmdline": "awk {{&print}}"}]}
            """);

    Cli cli = Cli.run("resolve", task);

    assertThat(cli.exitCode()).isZero();
    assertThat(((Json.Array) cli.objects().get(0).members().get("warnings")).elements())
        .containsExactly(
            new Json.Text(
                "Task: user is not used: processes run as the job's role or as --setuid says"));
  }

  private static Map<String, Json> golden(String name) throws Exception {
    byte[] json = Files.readAllBytes(ASSIGNED.resolve(name).resolve("resolved.json"));
    return ((Json.Dictionary) JsonReader.read(json)).members();
  }
}
