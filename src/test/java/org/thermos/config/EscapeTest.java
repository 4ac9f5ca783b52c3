package org.thermos.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.thrift.TSerializer;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonWriter;
import org.thermos.thrift.aurora.AssignedTask;
import org.thermos.thrift.aurora.ExecutorConfig;
import org.thermos.thrift.aurora.JobKey;
import org.thermos.thrift.aurora.TaskConfig;

/** Escaped text reaches the process as it is meant, whichever way it comes (gaps 9.5 #59). */
class EscapeTest {
  private static final LaunchContext CONTEXT =
      new LaunchContext("task-1", "host", Map.of("http", 31000));

  /** What the tests bind besides; text that looks like it must stay text. */
  private static final String LIVE = "{{thermos.task_id}} {{thermos.ports[http]}} ";

  private static final String BOUND = "task-1 31000 ";

  @Provide
  Arbitrary<String> shellText() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "{{",
            "}}",
            "{",
            "}",
            "&",
            "&&",
            "{{print}}",
            "{{print $1}}",
            "{{ .State.Pid }}",
            "{{&x}}",
            "{{&&&&&x}}",
            "{{&}}",
            "{{}}",
            "{{x&}}",
            "{{name}}",
            "{{thermos.task_id}}",
            "{{thermos.ports[other]}}",
            "{{mesos.instance}}",
            "{{{{x}}}}",
            "\n",
            "a");
    Arbitrary<String> anything = Arbitraries.strings().ascii().ofMaxLength(5);
    return Arbitraries.oneOf(pieces, anything).list().ofMaxSize(8).map(it -> String.join("", it));
  }

  /** An ampersand into whatever would be taken for a tag: all that a user has to do. */
  private static String escaped(String text) {
    return text.replaceAll("\\{\\{(?=[^{}]+\\}\\})", "{{&");
  }

  @Property(tries = 500)
  void theProcessSeesTheTextThatWasEscapedWhicheverWayItCame(@ForAll("shellText") String text)
      throws Exception {
    Json task = task(LIVE + escaped(text));
    Map<String, Json> job = new HashMap<>();
    job.put("task", task);
    job.put("role", new Json.Text("www"));
    job.put("environment", new Json.Text("prod"));
    Map<String, Json> instance = new HashMap<>(job);
    instance.put("instance", new Json.Int(3));

    for (byte[] data :
        List.of(
            assigned(new Json.Dictionary(job)),
            utf8(new Json.Dictionary(job)),
            assigned(new Json.Dictionary(instance)),
            utf8(new Json.Dictionary(instance)),
            utf8(task))) {
      Resolution resolution = Resolution.of(Assignment.decode(data, CONTEXT), "me");
      assertThat(cmdline(resolution.boundTask())).isEqualTo(BOUND + text);
      requireSameFromRunner(resolution);
    }
  }

  /** The executor's task.json once more by the runner, and what that keeps once more after it. */
  private static void requireSameFromRunner(Resolution resolution) throws Exception {
    byte[] input = resolution.runnerInput().getBytes(StandardCharsets.UTF_8);
    BoundTask runners =
        TaskTemplate.parse(input).bind("task-1", resolution.user(), resolution.ports());
    assertThat(runners).isEqualTo(resolution.boundTask());

    byte[] kept = runners.json().getBytes(StandardCharsets.UTF_8);
    assertThat(TaskTemplate.parseLeniently(kept)).isEqualTo(runners.task());
    assertThat(TaskTemplate.parse(kept).requiredPorts()).isEmpty();
    assertThat(TaskTemplate.parse(kept).bind("other", "other", Map.of())).isEqualTo(runners);

    Resolution again = Resolution.of(Assignment.decode(input, CONTEXT), resolution.user());
    assertThat(again.boundTask()).isEqualTo(runners);
    assertThat(again.runnerInput()).isEqualTo(resolution.runnerInput());
  }

  @Property(tries = 200)
  void soDoesAShellHealthCheck(@ForAll("shellText") String text) throws Exception {
    Json shell =
        new Json.Dictionary(
            Map.of(
                "health_checker",
                new Json.Dictionary(
                    Map.of(
                        "shell",
                        new Json.Dictionary(
                            Map.of("shell_command", new Json.Text(LIVE + escaped(text))))))));
    Json job = new Json.Dictionary(Map.of("task", task("true"), "health_check_config", shell));

    HealthCheck check = Resolution.of(Assignment.decode(utf8(job), CONTEXT), "me").healthCheck();

    assertThat(((HealthCheck.Shell) check).command()).isEqualTo(BOUND + text);
  }

  private static String cmdline(BoundTask task) {
    return task.task().processes().get(0).cmdline();
  }

  private static Json task(String cmdline) {
    Json process =
        new Json.Dictionary(Map.of("name", new Json.Text("p"), "cmdline", new Json.Text(cmdline)));
    Json resources =
        new Json.Dictionary(
            Map.of("cpu", new Json.Real(1), "ram", new Json.Int(1), "disk", new Json.Int(1)));
    return new Json.Dictionary(
        Map.of("processes", new Json.Array(List.of(process)), "resources", resources));
  }

  private static byte[] utf8(Json json) {
    return JsonWriter.write(json).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] assigned(Json configuration) throws Exception {
    AssignedTask task =
        new AssignedTask()
            .setTaskId("task-1")
            .setSlaveId("agent")
            .setSlaveHost("host")
            .setInstanceId(3)
            .setAssignedPorts(Map.of("http", 31000))
            .setTask(
                new TaskConfig()
                    .setJob(new JobKey().setRole("www").setEnvironment("prod").setName("shop"))
                    .setExecutorConfig(
                        new ExecutorConfig()
                            .setName("AuroraExecutor")
                            .setData(JsonWriter.write(configuration))));
    return new TSerializer().serialize(task);
  }
}
