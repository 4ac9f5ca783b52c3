package org.thermos.config;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thermos.config.ConfigException.Kind;

class TaskTemplateTest {
  private static byte[] json(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static BoundTask bind(String text) throws ConfigException {
    return TaskTemplate.parse(json(text)).bind("id", "user", Map.of("http", 80));
  }

  @Test
  void givesATaskWithEveryFieldAndDefault() throws ConfigException {
    Task task =
        bind("{'processes': [{'name': 'a', 'cmdline': 'x {{thermos.ports[http]}}', 'daemon': true,"
                + " 'logger': {'mode': 'rotate', 'rotate': {'backups': 2}}},"
                + " {'name': 'b', 'cmdline': 'y', 'final': true, 'max_failures': 0,"
                + " 'min_duration': 1}, {'name': 'c', 'cmdline': 'z', 'ephemeral': true}],"
                + " 'constraints': [{'order': ['a']}], 'finalization_wait': 7,"
                + " 'resources': {'cpu': 0.5, 'ram': 1024, 'disk': 2048}}")
            .task();
    assertThat(task.name()).isEqualTo("a");
    assertThat(task.finalizationWait()).isEqualTo(ofSeconds(7));
    assertThat(task.maxFailures()).isEqualTo(1);
    assertThat(task.maxConcurrency()).isZero();
    assertThat(task.resources()).contains(new Resources(0.5, 1024, 2048, 0));
    assertThat(task.constraints()).containsExactly(new Constraint(List.of("a")));
    LoggerConfig rotating =
        new LoggerConfig(
            LoggerConfig.Destination.FILE,
            LoggerConfig.Mode.ROTATE,
            Optional.of(new RotatePolicy(104857600, 2)));
    assertThat(task.processes())
        .containsExactly(
            new ProcessConfig(
                "a", "x 80", 1, true, false, ofSeconds(5), false, Optional.of(rotating)),
            new ProcessConfig("b", "y", 0, false, false, ofSeconds(1), true, Optional.empty()),
            new ProcessConfig("c", "z", 1, false, true, ofSeconds(5), false, Optional.empty()));
  }

  @Test
  void equalTasksHaveEqualJson() throws ConfigException {
    String one = "{'name': 't', 'processes': [{'name': 'a', 'cmdline': 'x'}], 'unknown': 1}";
    String other =
        "{'processes': [{'cmdline': 'x', 'daemon': 'false', 'name': 'a', 'unknown': {}}], 'name': 't'}";
    assertThat(bind(one).json()).isEqualTo(bind(other).json());
  }

  @Test
  void whatWasBoundCanBeBoundAgain() throws ConfigException {
    BoundTask once =
        bind("{'processes': [{'name': 'a', 'cmdline': '{{thermos.task_id}} {{thermos.user}}'}]}");
    assertThat(
            TaskTemplate.parse(once.json().getBytes(StandardCharsets.UTF_8))
                .bind("x", "y", Map.of()))
        .isEqualTo(once);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "awk {{print}}|Braces that are meant for the process take an ampersand: {{&...}}.",
        "awk {{print $1}}|if it is no reference but text for the process, put an ampersand before it: {{&print $1}}",
        "docker -f {{.State.Pid}} {{x}}|Braces that are meant for the process take an ampersand: {{&...}}.",
      })
  void whoWritesBracesForAProgramIsToldHowToEscapeThem(String cmdline, String told) {
    assertThatThrownBy(() -> bind("{'processes': [{'name': 'a', 'cmdline': '" + cmdline + "'}]}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith(told);
  }

  @Test
  void tellsThePortsThatTheProcessesReferTo() throws ConfigException {
    TaskTemplate template =
        TaskTemplate.parse(
            json(
                "{'name': 'n{{thermos.ports[other]}}', 'user': '{{thermos.ports[http]}}',"
                    + " 'processes': [{'name': 'a', 'cmdline': '{{user}} {{thermos.ports[b]}}'}]}"));
    assertThat(template.requiredPorts()).containsExactly("b", "http");
    assertThatThrownBy(() -> template.bind("id", "user", Map.of()))
        .hasMessage("Unbound ports: b http")
        .extracting("kind")
        .isEqualTo(Kind.UNBOUND_PORTS);
  }

  @Test
  void looksAtTasksThatCannotRun() throws ConfigException {
    Task task =
        TaskTemplate.parseLeniently(
            json("{'name': 't', 'processes': [{'name': 'a/b', 'cmdline': '{{unbound}}'}]}"));
    assertThat(task.processes().get(0).cmdline()).isEqualTo("{{unbound}}");
    assertThat(TaskTemplate.parseLeniently(json("{'name': 't'}")).processes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'name': 'a', 'cmdline': 'x', 'min_duration': -1}|Process[min_duration] failed: it must not be negative.",
        "{'name': 'a', 'cmdline': 'x', 'logger': {'rotate': {'log_size': -1}}}|RotatePolicy[log_size] failed: it must not be negative.",
        "{'name': 'a', 'cmdline': 'x', 'logger': {'rotate': {'backups': -1}}}|RotatePolicy[backups] failed: it must not be negative.",
        "{'name': '.', 'cmdline': 'x'}|Invalid process name: .",
        "{'name': 'a\\u007f', 'cmdline': 'x'}|Invalid process name: a\\u007f (it has a control character)",
        "{'name': 'a\\ud800', 'cmdline': 'x'}|Invalid process name: a\\ud800 (it has half of a surrogate pair)",
        "{'name': '{{thermos.user}}/', 'cmdline': 'x'}|Invalid process name: ",
        "{'name': 'a', 'cmdline': '{{x[]}}'}|Process[cmdline] failed: Unable to interpolate: Badly formed address .x[] in {{x[]}}",
        "{'name': 'a', 'cmdline': '{{thermos.ports.x}}'}|Bad port specification \"thermos.ports.x\" (should be of form \"thermos.ports[name]\")",
        "{'name': 'a'}|Process[cmdline] is required.",
        "{'name': 'a', 'cmdline': []}|Process[cmdline] failed: Unable to interpolate: Cannot coerce '[]' to String",
      })
  void refusalsNameTheField(String process, String message) {
    assertThatThrownBy(() -> bind("{'processes': [" + process + "]}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'max_failures': -1|Task[max_failures]",
        "'finalization_wait': '-1'|Task[finalization_wait]",
        "'resources': {'cpu': 'nan', 'ram': 1, 'disk': 1}|Resources[cpu]",
        "'resources': {'cpu': 1, 'ram': -1, 'disk': 1}|Resources[ram]",
        "'resources': {'cpu': 1, 'ram': 1, 'disk': 1, 'gpu': -1}|Resources[gpu]",
      })
  void negativeValuesAreRefused(String field, String named) {
    assertThatThrownBy(() -> bind("{'processes': [{'name': 'a', 'cmdline': 'x'}], " + field + "}"))
        .hasMessageContaining(named + " failed: it must not be negative.")
        .extracting("kind")
        .isEqualTo(Kind.INVALID);
  }

  @Test
  void namesMustFitAFileNameTogetherWithItsPrefix() throws ConfigException {
    String longest = "é".repeat(121) + "n";
    assertThat(longest.getBytes(StandardCharsets.UTF_8)).hasSize(243);
    assertThat(bind("{'processes': [{'name': '" + longest + "', 'cmdline': 'x'}]}").task().name())
        .isEqualTo(longest);
    assertThatThrownBy(() -> bind("{'processes': [{'name': '" + longest + "n', 'cmdline': 'x'}]}"))
        .hasMessageContaining("it is longer than 243 bytes");
  }

  @Test
  void hugeNumbersKeepTheirDigitsInJsonAndEndAtTheTypeInJava() throws ConfigException {
    BoundTask bound =
        bind(
            "{'processes': [{'name': 'a', 'cmdline': 'x', 'max_failures': 1000000000000000000000,"
                + " 'min_duration': 1000000000000000000000}]}");
    assertThat(bound.json()).contains("\"max_failures\":1000000000000000000000");
    assertThat(bound.task().processes().get(0).maxFailures()).isEqualTo(Integer.MAX_VALUE);
    assertThat(bound.task().processes().get(0).minDuration())
        .isGreaterThan(Duration.ofDays(36_000));
  }

  @Test
  void aCommandLineOfFiveMegabytesIsFine() {
    String command = "echo {{thermos.task_id}} ".repeat(200_000);
    String task = "{'processes': [{'name': 'a', 'cmdline': '" + command + "'}]}";
    assertTimeoutPreemptively(
        ofSeconds(10),
        () ->
            assertThat(bind(task).task().processes().get(0).cmdline())
                .isEqualTo("echo id ".repeat(200_000)));
  }

  @Test
  void tenThousandProcessesAreFine() {
    StringBuilder processes = new StringBuilder();
    StringBuilder order = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      String separator = i == 0 ? "" : ", ";
      processes.append(separator).append("{'name': 'p").append(i);
      processes.append(
          "', 'cmdline': 'run {{name}} {{processes[0].name}} {{thermos.ports[http]}}'}");
      order.append(separator).append("'p").append(i).append("'");
    }
    String task =
        "{'name': 't', 'processes': ["
            + processes
            + "], 'constraints': [{'order': ["
            + order
            + "]}]}";
    assertTimeoutPreemptively(
        ofSeconds(10),
        () ->
            assertThat(bind(task).task().processes().get(9_999).cmdline())
                .isEqualTo("run p9999 p0 80"));
  }
}
