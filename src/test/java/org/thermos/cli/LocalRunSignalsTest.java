package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends a local run from outside, with the command line as a process of its own. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LocalRunSignalsTest {
  /** Tells in two files when it runs, and when it is asked to end. */
  private static final String COMMANDS =
      "trap 'echo yes > DIRECTORY/asked; END' TERM; echo yes > DIRECTORY/ready;"
          + " while :; do sleep 0.1; done";

  @TempDir Path directory;
  private Path temporary;
  private Process program;
  private BufferedReader out;

  @BeforeEach
  void prepare() throws IOException {
    temporary = Files.createDirectory(directory.toRealPath().resolve("tmp"));
  }

  @AfterEach
  void end() throws IOException {
    if (program != null) {
      program.destroyForcibly();
      out.close();
    }
    Leftovers.of(temporary).forEach(ProcessHandle::destroyForcibly);
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void aSignalKillsTheTaskGracefully(String signal) throws Exception {
    start(task("exit 9"));
    Await.content(directory.resolve("ready"));

    signal(signal);

    assertThat(rest()).contains("TASK_KILLING", "TASK_KILLED", "(exit code 2)");
    assertThat(program.waitFor()).isEqualTo(ExitCode.KILLED);
    assertThat(directory.resolve("asked")).exists();
    assertThat(Leftovers.of(temporary)).isEmpty();
  }

  @Test
  void theWorkDirectoryIsKeptWithTheAgentsLog() throws Exception {
    start(task("exit 9"));
    Await.content(directory.resolve("ready"));
    signal("TERM");
    assertThat(program.waitFor()).isEqualTo(ExitCode.KILLED);

    try (Stream<Path> made = Files.list(temporary)) {
      Path work = made.filter(it -> Files.exists(it.resolve("slaves"))).findFirst().orElseThrow();
      assertThat(work.getFileName().toString()).startsWith("thermos-local-");
      assertThat(work.resolve("agent.log")).content().contains("ended with wait status 0");
      assertThat(Files.getPosixFilePermissions(work))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void aSecondSignalKillsItAtOnce() throws Exception {
    start(task("true"));
    Await.content(directory.resolve("ready"));
    signal("INT");
    Await.content(directory.resolve("asked"));
    long second = System.nanoTime();

    signal("INT");

    assertThat(rest()).contains("killing the task at once", "TASK_KILLED");
    assertThat(program.waitFor()).isEqualTo(ExitCode.KILLED);
    // The task's own wait is 60 s.
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - second)).isLessThan(30);
    assertThat(Leftovers.of(temporary)).isEmpty();
  }

  @Test
  void aClosedTerminalLeavesNothing() throws Exception {
    start(task("true"));
    Await.content(directory.resolve("ready"));

    signal("HUP");

    assertThat(program.waitFor()).isEqualTo(128 + 1);
    assertThat(Leftovers.of(temporary)).isEmpty();
  }

  @Test
  void whenItIsKilledTheExecutorShutsDown() throws Exception {
    start(task("true"));
    Await.content(directory.resolve("ready"));
    List<ProcessHandle> started = Leftovers.of(temporary);
    assertThat(started).hasSizeGreaterThan(3);

    signal("KILL");

    for (ProcessHandle process : started) {
      process.onExit().get(1, TimeUnit.MINUTES);
    }
    assertThat(Leftovers.of(temporary)).isEmpty();
  }

  @Test
  void aServiceCanBeReachedUntilItIsStopped() throws Exception {
    start(ExamplesTest.EXAMPLES.resolve("web-service.json"), "--relay=process");
    String port = awaitLine("ports ").split(" +", -1)[2];
    Path logs = Path.of(awaitLine("logs ").split(" +", 2)[1]);
    awaitLine("process serve run 0 is RUNNING");
    Await.content(logs.resolve("serve/0/stdout"));

    HttpResponse<String> page =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build(),
                HttpResponse.BodyHandlers.ofString());

    assertThat(page.body()).contains("Hello from instance 0");
    signal("TERM");
    assertThat(rest()).contains("process clean-up run 0 is SUCCESS", "TASK_KILLED");
    assertThat(program.waitFor()).isEqualTo(ExitCode.KILLED);
    assertThat(Leftovers.of(temporary)).isEmpty();
  }

  /** As a shell would start it, in a temporary directory of its own. */
  private void start(Path task, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    // A shell without job control, such as a build server's, has its children ignore SIGINT.
    command.addAll(List.of("env", "--default-signal=INT,TERM,HUP", Programs.java()));
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-Dthermos.executor=" + Programs.executor(directory));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ThermosCommand.class.getName(), "local", "run"));
    command.addAll(List.of(options));
    command.add(task.toString());
    program = new ProcessBuilder(command).redirectErrorStream(true).start();
    out = program.inputReader(StandardCharsets.UTF_8);
  }

  private Path task(String end) throws IOException {
    return Files.writeString(
        directory.resolve("task.json"),
        """
        {"name": "test", "resources": {"cpu": 1.0, "ram": 1, "disk": 1000000},
         "finalization_wait": 60, "processes": [{"name": "main", "cmdline": "%s"}]}
        """
            .formatted(COMMANDS.replace("DIRECTORY", directory.toString()).replace("END", end)));
  }

  private void signal(String name) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(program.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  private String awaitLine(String part) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.contains(part)) {
        return line;
      }
    }
    throw new AssertionError("it ended without " + part);
  }

  private String rest() {
    return String.join("\n", out.lines().toList());
  }
}
