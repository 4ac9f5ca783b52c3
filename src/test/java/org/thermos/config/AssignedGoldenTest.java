package org.thermos.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonReader;
import org.thermos.config.json.JsonWriter;

/**
 * What the original's executor resolves assigned tasks to, case by case of golden/assigned: what it
 * starts we resolve to the same values, what it fails or dies of we refuse with a message that
 * names the cause.
 */
class AssignedGoldenTest {
  private static final Path OWN = Path.of("src/test/resources/golden/assigned");

  /** Other people's configurations, which are no part of the project. */
  private static final Path OTHERS = Path.of("../shared/golden/assigned");

  private static final LaunchContext NO_CONTEXT = new LaunchContext("", "", Map.of());

  /** The original starts these, we do not: case → what the message says (gaps 9.5). */
  private static final Map<String, String> REFUSED_ON_PURPOSE =
      Map.ofEntries(
          Map.entry("bad_empty_processes", "Task[processes] is required: at least one process"),
          Map.entry("bad_name_long", "it is longer than 243 bytes"),
          Map.entry("bad_name_newline", "a\\u000ab (it has a control character)"),
          Map.entry("bad_name_newline_end", "a\\u000a (it has a control character)"),
          Map.entry("bad_name_nul", "a\\u0000b (it has a control character)"),
          Map.entry("bad_plan_duplicate_by_template", "Duplicate process name: "),
          Map.entry("bad_plan_duplicate_names", "Duplicate process name: a"),
          Map.entry("bad_type_finalization_wait_negative", "Task[finalization_wait]"),
          Map.entry("bad_type_interval_negative", "HealthCheckConfig[interval_secs]"),
          Map.entry("bad_type_max_concurrency_negative", "Task[max_concurrency]"),
          Map.entry("bad_type_max_failures_negative", "Process[max_failures]"));

  /**
   * One ampersand is one escape, however often the task is bound (gaps 9.5 #59), where the original
   * takes nine and refuses most with less: case → what the process sees.
   */
  private static final Map<String, String> ESCAPED =
      Map.of(
          "bad_ref_amp_once", "echo {{literal}}",
          "bad_ref_amp_closed", "echo {{literal&}} {{&literal&}}",
          "own_brace_escapes__escape_5", "echo '{{&literal}}' {{&mesos.instance}}",
          "own_brace_escapes__escape_7", "echo '{{&&&literal}}' {{&&&mesos.instance}}",
          "own_brace_escapes__escape_10", "echo '{{&&&&&&literal}}' {{&&&&&&mesos.instance}}",
          "own_brace_escapes__escape_12", "echo '{{&&&&&&&&literal}}' {{&&&&&&&&mesos.instance}}",
          "own_brace_escapes__escape_13",
              "echo '{{&&&&&&&&&literal}}' {{&&&&&&&&&mesos.instance}}");

  /** The original dies of unknown keys in lists, we ignore them (gaps 9.3 #33). */
  private static final Set<String> ACCEPTED_ON_PURPOSE =
      Set.of(
          "bad_unknown_in_constraint",
          "bad_unknown_in_logger",
          "bad_unknown_in_metadata",
          "bad_unknown_in_process");

  /** Where the original's own words name no cause: case → what ours say. */
  private static final Map<String, String> CAUSES =
      Map.ofEntries(
          Map.entry("bad_announce_portmap_list", "Announcer[portmap] failed: Unexpected input"),
          Map.entry(
              "bad_health_checker_null_shell",
              "HealthCheckerConfig[shell] failed: Expected dictionary argument, got None"),
          Map.entry(
              "bad_health_shell_without_command", "ShellHealthChecker[shell_command] is required."),
          Map.entry("bad_json_array_instance", "it is JSON, but not an object"),
          Map.entry("bad_json_array_of_objects", "it is JSON, but not an object"),
          Map.entry("bad_json_bom", "Unexpected character"),
          Map.entry("bad_json_comment", "line 1 column"),
          Map.entry("bad_json_null", "it is JSON, but not an object"),
          Map.entry("bad_json_number", "it is JSON, but not an object"),
          Map.entry("bad_json_object_empty", "MesosJob[task] is required."),
          Map.entry("bad_json_raw_newline_in_string", "line 1 column 627"),
          Map.entry("bad_json_string", "it is JSON, but not an object"),
          Map.entry("bad_json_string_instance", "it is JSON, but not an object"),
          Map.entry("bad_json_text", "line 1 column"),
          Map.entry("bad_json_trailing_comma", "line 1 column 1085"),
          Map.entry("bad_json_trailing_garbage", "line 1 column 1087"),
          Map.entry("bad_json_truncated", "line 1 column"),
          Map.entry("bad_json_very_deep_array", "nesting depth"),
          Map.entry(
              "bad_legacy_instance_cycle",
              "Task has invalid plan: Cycles detected in the task schedule!"),
          Map.entry("bad_missing_executor_config", "TaskConfig[executorConfig].data is required."),
          Map.entry("bad_missing_slaveHost", "AssignedTask[slaveHost] is required."),
          Map.entry("bad_missing_taskId", "AssignedTask[taskId] is required."),
          Map.entry("bad_no_process_name", "Process[name] is required."),
          Map.entry("bad_no_resources", "Task[resources] is required."),
          Map.entry("bad_no_task", "MesosJob[task] is required."),
          Map.entry(
              "bad_null_announce",
              "MesosJob[announce] failed: Expected dictionary argument, got None"),
          Map.entry(
              "bad_null_task", "MesosJob[task] failed: Expected dictionary argument, got None"),
          Map.entry("bad_plan_no_order", "A constraint names no process in its order."),
          Map.entry("bad_ref_self_cycle", "Maximum replacements reached."),
          Map.entry("bad_ref_unbound", "Unexpected unbound refs: {{nope}} {{also.nope}}"),
          Map.entry("bad_test_style_minimal", "AssignedTask[assignedPorts] is required."),
          Map.entry(
              "bad_type_interval_zero",
              "HealthCheckConfig[interval_secs] failed: it must be positive."),
          Map.entry(
              "bad_type_task_list", "MesosJob[task] failed: Expected dictionary argument, got ["),
          Map.entry(
              "bad_type_task_string",
              "MesosJob[task] failed: Expected dictionary argument, got u'"),
          Map.entry("bad_thrift_json_protocol", "MesosJob[task] is required."),
          Map.entry("own_executor_configs__other_executor_json", "MesosJob[task] is required."),
          Map.entry("own_executor_configs__other_executor_raw", "line 1 column"),
          Map.entry("own_nested_templates__instance_in_port_name", "Unbound ports: shard_0"));

  @Test
  void everyDifferenceNamedHereIsOne() throws Exception {
    Set<String> cases = new TreeSet<>();
    try (Stream<Path> folders = Files.list(OWN)) {
      folders.forEach(folder -> cases.add(folder.getFileName().toString()));
    }
    assertThat(cases).containsAll(REFUSED_ON_PURPOSE.keySet());
    assertThat(cases).containsAll(ACCEPTED_ON_PURPOSE);
    assertThat(cases).containsAll(ESCAPED.keySet());
    assertThat(cases).containsAll(CAUSES.keySet());
    assertThat(cases).hasSize(207);
  }

  @TestFactory
  Stream<DynamicTest> ownCases() throws IOException {
    return cases(OWN);
  }

  @TestFactory
  Stream<DynamicTest> otherPeoplesCases() throws IOException {
    assumeTrue(
        Files.isDirectory(OTHERS),
        "skipped: other people's configurations are not part of the project, and "
            + OTHERS
            + " is absent");
    return cases(OTHERS)
        .filter(test -> Files.exists(OTHERS.resolve(test.getDisplayName()).resolve("origin.txt")));
  }

  private static Stream<DynamicTest> cases(Path root) throws IOException {
    List<Path> folders;
    try (Stream<Path> listed = Files.list(root)) {
      folders = listed.filter(it -> Files.exists(it.resolve("resolved.json"))).sorted().toList();
    }
    return folders.stream()
        .map(
            folder ->
                DynamicTest.dynamicTest(folder.getFileName().toString(), () -> check(folder)));
  }

  private static void check(Path folder) throws Exception {
    String name = folder.getFileName().toString();
    Json.Dictionary golden =
        (Json.Dictionary) JsonReader.read(Files.readAllBytes(folder.resolve("resolved.json")));
    boolean starts = golden.members().get("verdict").equals(new Json.Text("starts"));
    byte[] data = Files.readAllBytes(folder.resolve("assigned_task.bin"));
    Json.Dictionary actual = resolve(data);
    String outcome = ((Json.Text) actual.members().get("outcome")).value();
    if (REFUSED_ON_PURPOSE.containsKey(name)) {
      assertThat(starts).isTrue();
      assertThat(message(actual)).contains(REFUSED_ON_PURPOSE.get(name));
    } else if (ESCAPED.containsKey(name)) {
      Resolution resolution = Resolution.of(Assignment.decode(data, NO_CONTEXT), "executor");
      assertThat(resolution.boundTask().task().processes().get(0).cmdline())
          .isEqualTo(ESCAPED.get(name));
    } else if (ACCEPTED_ON_PURPOSE.contains(name)) {
      assertThat(starts).isFalse();
      assertThat(outcome).isEqualTo("accepted");
    } else if (starts) {
      assertThat(outcome).as(JsonWriter.write(actual)).isEqualTo("accepted");
      compare(golden, actual);
    } else {
      assertThat(message(actual)).contains(CAUSES.getOrDefault(name, cause(golden)));
    }
  }

  private static Json.Dictionary resolve(byte[] data) {
    try {
      Assignment assignment = Assignment.decode(data, NO_CONTEXT);
      return (Json.Dictionary) ResolutionJson.accepted(Resolution.of(assignment, "executor"));
    } catch (ConfigException e) {
      return (Json.Dictionary) ResolutionJson.refused(e);
    }
  }

  private static String message(Json.Dictionary actual) {
    assertThat(actual.members().keySet())
        .as(JsonWriter.write(actual))
        .containsExactly("outcome", "message");
    return ((Json.Text) actual.members().get("message")).value();
  }

  private static String cause(Json.Dictionary golden) {
    Json.Dictionary exception = (Json.Dictionary) golden.members().get("exception");
    if (exception == null
        || golden.members().get("stage").equals(new Json.Text("deserialize AssignedTask"))) {
      return "Could not deserialize task.";
    }
    if (exception
        .members()
        .get("text")
        .equals(new Json.Text("'NoneType' object has no attribute 'executorConfig'"))) {
      return "Could not deserialize task.";
    }
    return ((Json.Text) exception.members().get("text"))
        .value()
        .replaceFirst("^Got invalid task: ", "")
        .strip();
  }

  private static void compare(Json.Dictionary golden, Json.Dictionary actual) {
    for (String key :
        List.of("outcome", "task_instance", "ports", "health_check", "lifecycle", "announce")) {
      Json expected = golden.members().get(key);
      Json found = actual.members().get(key);
      if (key.equals("health_check")
          && found instanceof Json.Dictionary check
          && !check.members().containsKey("wrapped_command")) {
        expected = without(expected, "wrapped_command"); // it has paths of the recording's executor
      }
      assertEqual(key, expected, found);
    }
    Json.Dictionary runner = (Json.Dictionary) golden.members().get("thermos_runner");
    assertEqual("task", runner.members().get("task"), actual.members().get("task"));
  }

  private static Json without(Json value, String key) {
    Map<String, Json> members = new TreeMap<>(((Json.Dictionary) value).members());
    members.remove(key);
    return new Json.Dictionary(members);
  }

  private static void assertEqual(String path, Json golden, Json actual) {
    if (golden instanceof Json.Dictionary expected && expected.members().containsKey("$float")) {
      String special = ((Json.Text) expected.members().get("$float")).value();
      assertThat(((Json.Real) actual).value()).as(path).isEqualTo(special(special));
    } else if (golden instanceof Json.Dictionary expected
        && expected.members().containsKey("$abbreviated")) {
      assertThat(sha256(JsonWriter.write(actual)))
          .as(path)
          .isEqualTo(((Json.Text) expected.members().get("sha256_of_compact_sorted_json")).value());
    } else if (golden instanceof Json.Dictionary expected
        && actual instanceof Json.Dictionary found) {
      assertThat(found.members().keySet()).as(path).isEqualTo(expected.members().keySet());
      expected
          .members()
          .forEach((key, value) -> assertEqual(path + "/" + key, value, found.members().get(key)));
    } else if (golden instanceof Json.Array expected && actual instanceof Json.Array found) {
      assertThat(found.elements()).as(path).hasSameSizeAs(expected.elements());
      for (int i = 0; i < expected.elements().size(); i++) {
        assertEqual(path + "[" + i + "]", expected.elements().get(i), found.elements().get(i));
      }
    } else if (isNumber(golden) && isNumber(actual)) {
      assertThat(number(actual)).as(path).isEqualByComparingTo(number(golden));
    } else {
      assertThat(actual).as(path).isEqualTo(golden);
    }
  }

  private static boolean isNumber(Json value) {
    return value instanceof Json.Int || value instanceof Json.Real;
  }

  private static BigDecimal number(Json value) {
    return value instanceof Json.Int whole
        ? new BigDecimal(whole.value())
        : BigDecimal.valueOf(((Json.Real) value).value());
  }

  private static Double special(String name) {
    return switch (name) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.NaN;
    };
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
