package org.thermos.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.config.ConfigException.Kind;
import org.thermos.config.SemanticsTable.Row;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonReader;
import org.thermos.config.json.JsonWriter;

/**
 * Every row of golden/semantics/runner.md: what the original's runner makes of a template or a
 * task.
 */
class RunnerSemanticsTest {
  private static final Map<String, Integer> PORTS = new LinkedHashMap<>();

  static {
    PORTS.put("http", 8080);
    PORTS.put("health", 8081);
    PORTS.put("a-b.c/d", 7);
  }

  /** Rows where we refuse what the original lets pass (gaps 9.5), and why. */
  private static final Map<String, String> REFUSED =
      Map.of(
          "empty processes", "Task[processes] is required: at least one process",
          "constraint only unknown process", "names only unknown processes: z, q",
          "duplicate names", "Duplicate process name: p",
          "int negative", "Process[max_failures] failed: it must not be negative",
          "process name with newline", "a\\u000ab (it has a control character)",
          "process name trailing newline", "a\\u000a (it has a control character)");

  /** Rows where the original fails on unknown keys, which we ignore (gaps 9.3 #33). */
  private static final List<String> UNKNOWN_KEYS =
      List.of(
          "unknown process field", "unknown logger field in process", "unknown constraint field");

  static List<Row> templates() throws IOException {
    return SemanticsTable.read("runner.md").get(0);
  }

  static List<Row> tasks() throws IOException {
    return SemanticsTable.read("runner.md").get(1);
  }

  @Test
  void theTablesAreComplete() throws IOException {
    assertThat(templates()).hasSize(58);
    assertThat(tasks()).hasSize(84);
  }

  @ParameterizedTest
  @MethodSource("templates")
  void resolvesTemplates(Row row) throws Exception {
    String user = boundUser(row.name());
    Map<String, Integer> ports = row.name().equals("thermos bare") ? Map.of() : PORTS;
    String name = row.name().startsWith("task_name chained") ? "n-{{thermos.task_id}}" : "p";
    byte[] task = taskRunning(row.input(), name, row.name().endsWith("of other"));
    if (row.name().startsWith("escape ")) {
      // One ampersand is one escape, of any text, however often it was bound (gaps 9.5 #59).
      String escaped = row.name().contains("bound value") ? user : row.input();
      String meant = escaped.replaceFirst("&", "");
      assertThat(meant).isNotEqualTo(row.result());
      assertThat(cmdline(task, user, ports)).isEqualTo(meant);
    } else if (Expected.isRefusal(row.result())) {
      Expected.of(row.result()).matches(refusal(task, user, ports));
    } else {
      assertThat(cmdline(task, user, ports)).isEqualToNormalizingWhitespace(row.result());
    }
  }

  private static String cmdline(byte[] task, String user, Map<String, Integer> ports)
      throws ConfigException {
    return TaskTemplate.parse(task).bind("tid-1", user, ports).task().processes().get(0).cmdline();
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void readsTasks(Row row) throws Exception {
    byte[] task = row.input().getBytes(StandardCharsets.UTF_8);
    if (REFUSED.containsKey(row.name())) {
      assertThat(refusal(task, "bob", PORTS)).hasMessageContaining(REFUSED.get(row.name()));
    } else if (UNKNOWN_KEYS.contains(row.name())) {
      assertThat(row.result()).contains("Unknown schema attribute");
      assertThat(TaskTemplate.parse(task).bind("tid-1", "bob", PORTS).json())
          .contains("\"name\":\"p\"")
          .doesNotContain("bogus", "zz");
    } else if (Expected.isRefusal(row.result())) {
      Expected.of(row.result()).matches(refusal(task, "bob", PORTS));
    } else {
      assertThat(JsonReader.read(TaskTemplate.parse(task).bind("tid-1", "bob", PORTS).json()))
          .isEqualTo(canonical(row.result()));
    }
  }

  private static ConfigException refusal(byte[] task, String user, Map<String, Integer> ports) {
    return catchThrowableOfType(
        ConfigException.class, () -> TaskTemplate.parse(task).bind("tid-1", user, ports));
  }

  /** What a row says of a refusal: the runner's exit code and the text that tells why. */
  private record Expected(Kind kind, String text) {
    static boolean isRefusal(String result) {
      return result.contains("exit ");
    }

    static Expected of(String result) {
      Kind kind =
          result.contains("exit 2")
              ? Kind.UNREADABLE
              : result.contains("exit 101") ? Kind.UNBOUND_PORTS : Kind.INVALID;
      return new Expected(kind, text(result));
    }

    // Python's own words for a value of the wrong type say nothing that a message could repeat.
    private static String text(String result) {
      if (result.contains("TypeError") || result.contains("AttributeError")) {
        return "";
      }
      if (result.contains("No JSON object") || result.contains("Expecting object")) {
        return "line 1 column";
      }
      return result
          .replaceFirst("^[^:]*(Error|InvalidTask|InvalidPorts)( \\(exit 102\\))?: ?", "")
          .replaceFirst("^.*?InvalidTaskError: ", "")
          .replaceFirst("\\)$", "")
          .replaceFirst(" \\(exit 101$", "")
          .strip();
    }

    void matches(ConfigException refusal) {
      assertThat(refusal).isNotNull();
      assertThat(refusal.getMessage().replace('\n', ' ')).isNotBlank().contains(text);
      assertThat(refusal.kind()).isEqualTo(kind);
    }
  }

  private static Json canonical(String json) throws Exception {
    return JsonReader.read(JsonWriter.write(JsonReader.read(json)));
  }

  private static String boundUser(String row) {
    if (row.contains("(user has {{&x}})")) {
      return "{{&x}}";
    }
    int user = row.indexOf("(user=");
    return user < 0 ? "bob" : row.substring(user + "(user=".length(), row.length() - 1);
  }

  private static byte[] taskRunning(String cmdline, String name, boolean two) {
    Json process =
        new Json.Dictionary(Map.of("name", new Json.Text(name), "cmdline", new Json.Text(cmdline)));
    Json other =
        new Json.Dictionary(Map.of("name", new Json.Text("q"), "cmdline", new Json.Text("true")));
    Json resources =
        new Json.Dictionary(
            Map.of("cpu", new Json.Real(1), "ram", new Json.Int(1), "disk", new Json.Int(1)));
    Json task =
        new Json.Dictionary(
            Map.of(
                "name", new Json.Text("t"),
                "processes", new Json.Array(two ? List.of(process, other) : List.of(process)),
                "resources", resources));
    return JsonWriter.write(task).getBytes(StandardCharsets.UTF_8);
  }
}
