package org.thermos.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.config.Assignment.ContainerKind;
import org.thermos.config.ConfigException.Kind;
import org.thermos.config.SemanticsTable.Row;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonReader;
import org.thermos.config.json.JsonWriter;

/** Every row of golden/semantics/executor.md: what the original makes of a job. */
class ExecutorSemanticsTest {
  /** What the original dies of, and what we say instead. */
  private static final Map<String, String> CAUSES =
      Map.of(
          "no task", "MesosJob[task] is required.",
          "not json", "Could not deserialize thermos config: Unrecognized token 'xx'",
          "json list", "it is JSON, but not an object");

  static List<Row> templates() throws IOException {
    return SemanticsTable.read("executor.md").get(0);
  }

  static List<Row> configurations() throws IOException {
    return SemanticsTable.read("executor.md").get(1);
  }

  @Test
  void theTablesAreComplete() throws IOException {
    assertThat(templates()).hasSize(31);
    assertThat(configurations()).hasSize(18);
  }

  @ParameterizedTest
  @MethodSource("templates")
  void resolvesTemplates(Row row) throws Exception {
    String input = JsonWriter.write(new Json.Text(row.input()));
    String job =
        "{\"name\": \"job1\", \"role\": \"www\", \"environment\": \"prod\", \"cluster\": \"devcluster\","
            + " \"task\": {\"name\": \"job1\", \"resources\": {\"cpu\": 1, \"ram\": 1, \"disk\": 1},"
            + " \"processes\": [{\"name\": \"p\", \"cmdline\": "
            + input
            + "}]}}";
    if (row.name().startsWith("esc ")) {
      // One ampersand is one escape, however often it was bound (gaps 9.5 #59).
      String runnerInput = JsonWriter.write(TaskInstanceReader.read(assignment(job)).runnerInput());
      assertThat(cmdline(JsonReader.read(runnerInput))).isEqualTo(row.input());
      assertThat(bind(runnerInput, Map.of()).task().processes().get(0).cmdline())
          .isEqualTo(row.input().replaceFirst("&", ""));
      return;
    }
    String[] result = row.result().split("; after runner binding: ", 2);
    if (result.length == 1) {
      String refusal = row.result().replaceFirst("^[A-Za-z]*Error: ", "");
      assertThatThrownBy(() -> Resolution.of(assignment(job), "executor"))
          .hasMessageContaining(refusal);
      return;
    }
    Assignment assignment = assignment(job);
    TaskInstance instance = TaskInstanceReader.read(assignment);
    String task = JsonWriter.write(instance.runnerInput());
    assertThat(cmdline(JsonReader.read(task))).isEqualTo(ticked(result[0]));
    checkRunner(task, ticked(result[1]));
  }

  private static void checkRunner(String task, String result) throws Exception {
    Map<String, Integer> ports = Map.of("http", 31000);
    if (result.startsWith("Unbound ports")) {
      assertThatThrownBy(() -> bind(task, ports))
          .hasMessage(result.replace(" (exit 101)", ""))
          .extracting("kind")
          .isEqualTo(Kind.UNBOUND_PORTS);
    } else if (result.contains("exit")) {
      assertThatThrownBy(() -> bind(task, ports))
          .hasMessageContaining(result.replaceFirst("^.*InvalidTaskError: ", ""));
    } else {
      assertThat(bind(task, ports).task().processes().get(0).cmdline()).isEqualTo(result);
    }
  }

  private static BoundTask bind(String task, Map<String, Integer> ports) throws ConfigException {
    return TaskTemplate.parse(task.getBytes(StandardCharsets.UTF_8)).bind("tid-1", "bob", ports);
  }

  private static String ticked(String text) {
    return text.substring(text.indexOf('`') + 1, text.lastIndexOf('`'));
  }

  private static String cmdline(Json task) {
    Json.Array processes = (Json.Array) ((Json.Dictionary) task).members().get("processes");
    Json.Dictionary process = (Json.Dictionary) processes.elements().get(0);
    return ((Json.Text) process.members().get("cmdline")).value();
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void readsJobsAndTaskInstances(Row row) throws Exception {
    if (CAUSES.containsKey(row.name())) {
      assertThatThrownBy(() -> TaskInstanceReader.read(assignment(row.input())))
          .hasMessageContaining(CAUSES.get(row.name()));
    } else if (row.name().equals("unknown process field inside job")) {
      // Unknown keys are ignored everywhere (gaps 9.3 #33).
      assertThat(row.result()).isEqualTo("AttributeError: Unknown schema attribute bogus");
      assertThat(JsonWriter.write(TaskInstanceReader.read(assignment(row.input())).json()))
          .contains("\"cmdline\":\"x\"")
          .doesNotContain("bogus");
    } else if (row.result().startsWith("{")) {
      assertThat(JsonWriter.write(TaskInstanceReader.read(assignment(row.input())).json()))
          .isEqualTo(JsonWriter.write(JsonReader.read(expected(row))));
    } else {
      assertThatThrownBy(() -> TaskInstanceReader.read(assignment(row.input())))
          .hasMessageContaining(row.result().replaceFirst("^[A-Za-z]*Error: ", ""));
    }
  }

  // A task instance is bound and coerced like a job's (gaps 9.3 #40), the original leaves it as it
  // is.
  private static String expected(Row row) {
    return row.name().startsWith("MesosTaskInstance form")
        ? row.result().replace("{{mesos.instance}}", "3").replace("\"cpu\": 1,", "\"cpu\": 1.0,")
        : row.result();
  }

  private static Assignment assignment(String configuration) {
    Map<String, Integer> ports = new LinkedHashMap<>();
    ports.put("http", 31000);
    return new Assignment(
        "tid-1",
        "slave1.example",
        7,
        ports,
        Optional.of(new JobKey("www", "prod", "job1")),
        ContainerKind.NONE,
        configuration);
  }
}
