package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.config.json.Json;

/** Whole local runs, with the real executor and runner, the command line being in this JVM. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LocalRunTest {
  @TempDir Path directory;
  private Path work;
  private Path executor;

  @BeforeEach
  void prepare() throws IOException {
    work = Files.createDirectory(directory.toRealPath().resolve("work"));
    executor = Programs.executor(directory);
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertThat(Leftovers.of(work)).isEmpty();
  }

  @Test
  void aTaskThatFinishes() throws Exception {
    Cli cli = run(task("echo here > file"));

    assertThat(cli.exitCode()).as(cli.out()).isZero();
    assertThat(states(cli)).containsExactly("TASK_STARTING", "TASK_RUNNING", "TASK_FINISHED");
    assertThat(cli.out()).contains("TASK_FINISHED after ", "(exit code 0)");
    Path sandbox = place(cli, "sandbox");
    assertThat(sandbox.resolve("file")).hasContent("here");
    assertThat(place(cli, "logs").resolve("main/0/stdout")).isEmptyFile();
    assertThat(cli.err()).isEmpty();
  }

  @Test
  void aTaskThatFailsShowsWhy() throws Exception {
    Cli cli = run(task("echo first >&2; printf 'se\\\\033[31mcond\\\\n' >&2; exit 3"));

    assertThat(cli.exitCode()).as(cli.out()).isEqualTo(ExitCode.FAILED);
    assertThat(states(cli)).endsWith("TASK_FAILED");
    assertThat(cli.out())
        .contains("process main run 0 failed (exit code 3); the end of ", "main/0/stderr:")
        .contains("  | first\n  | se?[31mcond\n");
  }

  @Test
  void portsAreChosenOrFixed() throws Exception {
    String commands = "echo {{thermos.ports[http]}} {{thermos.ports[admin]}} > ports";

    Cli cli = run(task(commands), "--port", "admin:4711", "--port", "spare");

    assertThat(cli.exitCode()).as(cli.out()).isZero();
    String[] ports = Files.readString(place(cli, "sandbox").resolve("ports")).split("\\s+", -1);
    assertThat(Integer.parseInt(ports[0])).isBetween(1024, 65_535).isNotEqualTo(4711);
    assertThat(ports[1]).isEqualTo("4711");
    assertThat(cli.out()).containsPattern("ports +admin 4711, http " + ports[0] + ", spare \\d+\n");
  }

  @Test
  void jsonIsOneObjectPerEvent() throws Exception {
    Cli cli = run(task("exit 7"), "--json", "--relay=process");

    List<Map<String, Json>> events = cli.objects().stream().map(Json.Dictionary::members).toList();
    assertThat(events.get(0)).containsEntry("event", new Json.Text("started"));
    assertThat(events.get(0)).containsKeys("task_id", "user", "ports", "sandbox", "logs");
    assertThat(processStates(events)).containsExactly("WAITING", "FORKED", "RUNNING", "FAILED");
    Map<String, Json> end = events.get(events.size() - 1);
    assertThat(end).containsEntry("event", new Json.Text("ended"));
    assertThat(end).containsEntry("state", new Json.Text("TASK_FAILED"));
    assertThat(end).containsEntry("exit_code", new Json.Int(ExitCode.FAILED));
    assertThat(end.get("failures").toString()).contains("main", "return_code");
    assertThat(cli.exitCode()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void ofAJobAnInstanceIsRun() throws Exception {
    String job =
        """
        {"role": "somebody", "cluster": "west", "environment": "prod", "name": "shop",
         "task": %s}
        """
            .formatted(json("echo {{mesos.instance}} {{mesos.hostname}} {{thermos.user}} > told"));

    Cli cli = run(write(job), "--instance", "4");

    assertThat(cli.exitCode()).as(cli.out()).isZero();
    assertThat(place(cli, "sandbox").resolve("told"))
        .hasContent("4 localhost " + Caller.current().name());
    assertThat(cli.out()).containsPattern("task +\\w+-prod-shop-4-");
  }

  @Test
  void anAssignedTaskIsRunAsItIs() throws Exception {
    byte[] message =
        new Scheduler(Caller.current().name())
            .assign(Files.readAllBytes(task("echo {{thermos.task_id}} > told")), TaskWishes.NONE);
    Path file = Files.write(directory.resolve("assigned_task.bin"), message);

    Cli cli = run(file);

    assertThat(cli.exitCode()).as(cli.out()).isZero();
    String taskId = AssignedTasks.decode(message).getTaskId();
    assertThat(place(cli, "sandbox").resolve("told")).hasContent(taskId);
  }

  @Test
  void rootCanRunItAsSomebodyElse() throws Exception {
    assumeTrue(Caller.current().isRoot(), "skipped: only root can run a task as another user");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));

    Cli cli = run(task("id -un > told"), "--user", "nobody");

    assertThat(cli.exitCode()).as(cli.out()).isZero();
    assertThat(place(cli, "sandbox").resolve("told")).hasContent("nobody");
  }

  @Test
  void anExecutorThatDoesNotComeUpIsToldApart() throws Exception {
    executor = Programs.script(directory, "broken", "echo 'cannot find a JVM' >&2; exit 69");

    Cli cli = run(task("true"));

    assertThat(cli.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(states(cli)).containsExactly("TASK_FAILED");
    assertThat(cli.out()).contains("  | cannot find a JVM\n");
    assertThat(cli.complaint()).startsWith("thermos: cannot start the executor: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello.json",
        "demo.json",
        "web-service-once.json",
        "batch-dag.json",
        "daemon-helper.json"
      })
  void theExamplesFinish(String name) throws Exception {
    Cli cli = run(ExamplesTest.EXAMPLES.resolve(name));

    assertThat(cli.exitCode()).as(cli.out()).isZero();
  }

  private Cli run(Path task, String... options) {
    List<Object> words = new ArrayList<>();
    words.addAll(List.of("local", "run", "--work-dir", work, "--executor", executor));
    words.addAll(List.of(options));
    words.add(task);
    return Cli.run(words.toArray());
  }

  private Path task(String commands) throws IOException {
    return write(json(commands));
  }

  private Path write(String json) throws IOException {
    return Files.writeString(directory.resolve("task.json"), json);
  }

  private static String json(String commands) {
    return """
        {"name": "test", "resources": {"cpu": 1.0, "ram": 1, "disk": 1000000},
         "processes": [{"name": "main", "cmdline": "%s"}]}
        """
        .formatted(commands);
  }

  private static List<String> states(Cli cli) {
    return cli.out()
        .lines()
        .filter(line -> line.matches("[\\d:.]+  TASK_.*"))
        .map(line -> line.split(" +", -1)[1])
        .toList();
  }

  private static List<String> processStates(List<Map<String, Json>> events) {
    return events.stream()
        .filter(event -> event.containsKey("process"))
        .map(event -> ((Json.Dictionary) event.get("process")).members().get("state"))
        .map(state -> ((Json.Text) state).value())
        .toList();
  }

  private static Path place(Cli cli, String name) {
    return cli.out()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> Path.of(line.split(" +", 2)[1]))
        .findFirst()
        .orElseThrow();
  }
}
