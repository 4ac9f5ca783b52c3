package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What local run refuses before anything is started: one line, and an exit code that says why. */
class LocalRunRefusalsTest {
  private static final String GOOD = task("true", "");

  @TempDir Path directory;
  private Path executor;

  @BeforeEach
  void prepare() throws IOException {
    executor = Programs.script(directory, "executor", "echo started > " + directory + "/started");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "echo {{nope}} | Unexpected unbound refs: {{nope}}",
        "echo {{thermos.ports.http}} | Bad port specification",
        "echo {{profile.x}} {{thermos.user}} | Unexpected unbound refs: {{profile.x}}",
      })
  void templatesThatCannotBeBound(String commands, String cause) throws Exception {
    refuses(task(commands, ""), ExitCode.CONFIG, "cannot run FILE: ", cause);
  }

  @Test
  void aCycleInTheOrder() throws Exception {
    String constraints = ", 'constraints': [{'order': ['main', 'main']}]";

    refuses(task("true", constraints), ExitCode.CONFIG, "cannot run FILE: ", "Cycles detected");
  }

  @Test
  void aTaskWithoutResources() throws Exception {
    refuses(
        GOOD.replaceFirst("'resources': \\{[^}]*\\}, ", ""),
        ExitCode.CONFIG,
        "cannot run FILE: ",
        "Task[resources] is required.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'name': | cannot read FILE: ",
        "{'name': 'x'} trailing | cannot read FILE: ",
        "text | cannot read FILE as a task: ",
        "[] | cannot read FILE as a task: ",
        "'' | cannot read FILE as a task: ",
      })
  void whatIsNoTask(String content, String complaint) throws Exception {
    refuses(content, ExitCode.DATA, complaint, "");
  }

  @Test
  void anEmptyFile() throws Exception {
    refuses("", ExitCode.DATA, "cannot read FILE as a task: ", "or ends too early");
  }

  @Test
  void truncatedThriftAtWhateverPlace() throws Exception {
    byte[] whole = assigned(GOOD);
    Path file = directory.resolve("assigned_task.bin");
    for (int length = 0; length < whole.length - 1; length += 7) {
      Files.write(file, Arrays.copyOf(whole, length));

      Cli cli = run(file);

      assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.DATA);
      assertThat(cli.complaint()).startsWith("thermos: cannot read " + file + " as a task: ");
    }
    nothingWasStarted();
  }

  @Test
  void anAssignedTaskWhosePortWasNotAssigned() throws Exception {
    byte[] message = assigned(task("echo {{thermos.ports[http]}}", ""));
    var task = AssignedTasks.decode(message);
    task.getAssignedPorts().clear();
    Path file = Files.write(directory.resolve("assigned_task.bin"), AssignedTasks.encode(task));

    Cli cli = run(file);

    assertThat(cli.exitCode()).isEqualTo(ExitCode.CONFIG);
    assertThat(cli.complaint()).endsWith("Unbound ports: http (give each with --port NAME)");
    nothingWasStarted();
  }

  @Test
  void aTaskIdThatIsNoFileName() throws Exception {
    var task = AssignedTasks.decode(assigned(GOOD));
    task.setTaskId("../up");
    Path file = Files.write(directory.resolve("assigned_task.bin"), AssignedTasks.encode(task));

    Cli cli = run(file);

    assertThat(cli.exitCode()).isEqualTo(ExitCode.CONFIG);
    assertThat(cli.complaint()).startsWith("thermos: cannot launch the task: ").contains("../up");
    nothingWasStarted();
  }

  @Test
  void anUnknownUser() throws Exception {
    Cli cli = run(write(GOOD), "--user", "no-such-user");

    boolean root = Caller.current().isRoot();
    assertThat(cli.exitCode()).isEqualTo(root ? ExitCode.NO_USER : ExitCode.NO_PERMISSION);
    assertThat(cli.complaint()).startsWith("thermos: cannot run the task as no-such-user: ");
    nothingWasStarted();
  }

  @Test
  void anAssignedTaskOfAnUnknownRole() throws Exception {
    assumeTrue(Caller.current().isRoot(), "skipped: only for root a role has to be an account");
    var task = AssignedTasks.decode(assigned(GOOD));
    task.getTask().getJob().setRole("no-such-role");
    Path file = Files.write(directory.resolve("assigned_task.bin"), AssignedTasks.encode(task));

    Cli cli = run(file);

    assertThat(cli.exitCode()).isEqualTo(ExitCode.NO_USER);
    assertThat(cli.complaint()).contains("as no-such-role", "--user");
    nothingWasStarted();
  }

  @Test
  void aWorkDirectoryThatCannotBeMade() throws Exception {
    Path blocked = Files.createFile(directory.resolve("file")).resolve("work");

    Cli cli = Cli.run("local", "run", "--work-dir", blocked, "--executor", executor, write(GOOD));

    assertThat(cli.exitCode()).isEqualTo(ExitCode.CANNOT_CREATE);
    assertThat(cli.complaint()).startsWith("thermos: cannot use " + blocked + " to work in: ");
    nothingWasStarted();
  }

  @Test
  void aWorkDirectoryThatCannotBeWritten() throws Exception {
    Cli cli = Cli.run("local", "run", "--work-dir", "/proc/1", "--executor", executor, write(GOOD));

    assertThat(cli.exitCode()).isEqualTo(ExitCode.CANNOT_CREATE);
    assertThat(cli.complaint()).startsWith("thermos: cannot use /proc/1 to work in: ");
    nothingWasStarted();
  }

  @Test
  void anExecutorThatIsNoProgram() throws Exception {
    Path missing = directory.resolve("missing");

    Cli cli = Cli.run("local", "run", "--executor", missing, write(GOOD));

    assertThat(cli.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(cli.complaint())
        .isEqualTo("thermos: cannot start the executor: " + missing + " is no program");
  }

  @Test
  void aMissingFile() throws Exception {
    Cli cli = run(directory.resolve("missing"));

    assertThat(cli.exitCode()).isEqualTo(ExitCode.NO_INPUT);
    assertThat(cli.complaint()).endsWith("no such file");
    nothingWasStarted();
  }

  @ParameterizedTest
  @CsvSource({
    "--port=:80",
    "--port=http:x",
    "--relay=all",
    "--driver=smoke",
    "--instance=one",
    "--jsn"
  })
  void optionsThatCannotBeUnderstood(String option) throws Exception {
    Cli cli = run(write(GOOD), option);

    assertThat(cli.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.complaint()).endsWith("(see 'thermos local run --help')");
    nothingWasStarted();
  }

  private void refuses(String content, int exitCode, String begin, String cause) throws Exception {
    Path file = write(content);

    Cli cli = run(file);

    assertThat(cli.complaint())
        .startsWith("thermos: " + begin.replace("FILE", file.toString()))
        .contains(cause);
    assertThat(cli.exitCode()).isEqualTo(exitCode);
    assertThat(cli.out()).isEmpty();
    nothingWasStarted();
  }

  private Cli run(Path task, String... options) {
    List<Object> words = new ArrayList<>();
    words.addAll(List.of("local", "run", "--work-dir", directory.resolve("work")));
    words.addAll(List.of("--executor", executor));
    words.addAll(List.of(options));
    words.add(task);
    return Cli.run(words.toArray());
  }

  private void nothingWasStarted() throws IOException {
    assertThat(directory.resolve("started")).doesNotExist();
    Path work = directory.resolve("work");
    if (Files.exists(work)) {
      try (Stream<Path> made = Files.list(work)) {
        assertThat(made).noneMatch(it -> it.endsWith("slaves"));
      }
    }
  }

  private static byte[] assigned(String json) throws Exception {
    byte[] utf8 = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return new Scheduler(Caller.current().name()).assign(utf8, TaskWishes.NONE);
  }

  private Path write(String json) throws IOException {
    return Files.writeString(directory.resolve("task.json"), json.replace('\'', '"'));
  }

  private static String task(String commands, String more) {
    return "{'name': 'test', 'resources': {'cpu': 1.0, 'ram': 1, 'disk': 1}, 'processes': [{'name':"
        + " 'main', 'cmdline': '"
        + commands
        + "'}]"
        + more
        + "}";
  }
}
