package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.CheckpointTail;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.checkpoint.TaskState;
import org.thermos.checkpoint.TaskStatus;

/** A task that a real runner runs, to be ended from outside. */
final class TaskBench implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  final Path directory;
  final Path sandbox;
  final Path root;
  final TaskPaths paths;
  private final Path program;
  private final List<Process> started = new ArrayList<>();

  /**
   * @param program a runner
   */
  TaskBench(Path directory, Path program) throws IOException {
    this(directory, program, "root");
  }

  /**
   * @param root the checkpoint root's name
   */
  TaskBench(Path directory, Path program, String root) throws IOException {
    this.directory = directory.toRealPath();
    this.program = program;
    this.sandbox = this.directory.resolve("sandbox");
    this.root = this.directory.resolve(root);
    this.paths = TaskPaths.of(this.root, "bench-" + this.directory.getFileName());
  }

  /** One process that runs until it is killed, and a finalizer that says who it is. */
  void writeTask(String cmdline) throws IOException {
    writeTask(cmdline, "id -un > finalized");
  }

  void writeTask(String cmdline, String finalizer) throws IOException {
    Files.writeString(
        directory.resolve("task.json"),
        """
        {"name": "t", "resources": {"cpu": 1.0, "ram": 1, "disk": 100000000}, "processes": [
         {"name": "main", "cmdline": "%s"},
         {"name": "fin", "cmdline": "%s", "final": true}]}
        """
            .formatted(cmdline, finalizer));
  }

  /** Starts a runner and waits until the process runs a command. */
  Process start(String... flags) throws IOException {
    Process runner = launch(flags);
    awaitBegin();
    return runner;
  }

  void awaitBegin() {
    await("main has begun", () -> sandbox.resolve("ready").toFile().exists());
    await("that is recorded", () -> states("main").contains(ProcessState.RUNNING));
  }

  Process launch(String... flags) throws IOException {
    Process runner =
        new ProcessBuilder(command(flags))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    started.add(runner);
    return runner;
  }

  List<String> command(String... flags) {
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--thermos_json=" + directory.resolve("task.json"),
                "--sandbox=" + sandbox,
                "--checkpoint_root=" + root,
                "--task_id=" + paths.taskId(),
                "--log_dir=" + directory));
    command.addAll(List.of(flags));
    return command;
  }

  /** As above, and then kills the runner: the task goes on without. */
  void startAndAbandon(String... flags) throws IOException {
    kill(start(flags));
  }

  static void kill(Process process) {
    process.destroyForcibly();
    try {
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static void signal(long pid, String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  void await(String what, BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("waiting until " + what + "; " + this).isBefore(deadline);
      try {
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Runs a command of the command line on this task. */
  Cli run(String command, String... options) {
    List<Object> words = new ArrayList<>(List.of(command, "--root", root));
    words.addAll(List.of(options));
    words.add(paths.taskId() + "$");
    return Cli.run(words.toArray());
  }

  List<CheckpointRecord> records() {
    List<CheckpointRecord> records = new ArrayList<>();
    try {
      new CheckpointTail(paths.runnerCheckpoint()).readNew(it -> records.add(it.record()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records;
  }

  /** Of the task, without repetitions. */
  List<TaskState> states() {
    List<TaskState> states = new ArrayList<>();
    for (CheckpointRecord record : records()) {
      if (record instanceof TaskStatus status
          && (states.isEmpty() || states.get(states.size() - 1) != status.state())) {
        states.add(status.state());
      }
    }
    return states;
  }

  List<ProcessState> states(String process) {
    List<ProcessState> states = new ArrayList<>();
    for (CheckpointRecord record : records()) {
      if (record instanceof ProcessStatus status && status.process().equals(process)) {
        states.add(status.state());
      }
    }
    return states;
  }

  int coordinatorOfMain() {
    return records().stream()
        .filter(it -> it instanceof ProcessStatus s && s.coordinatorPid().isPresent())
        .mapToInt(it -> ((ProcessStatus) it).coordinatorPid().orElseThrow())
        .findFirst()
        .orElseThrow();
  }

  /** The task has ended so, that is the last thing said of it, and nothing of it is alive. */
  void assertOver(TaskState outcome) throws IOException {
    List<CheckpointRecord> records = records();
    assertThat(records.get(records.size() - 1))
        .isInstanceOfSatisfying(
            TaskStatus.class, last -> assertThat(last.state()).as(toString()).isEqualTo(outcome));
    assertThat(paths.activeTask()).doesNotExist();
    assertThat(paths.finishedTask()).exists();
    assertThat(alive()).isEmpty();
  }

  /** Every process that works in the sandbox. */
  List<ProcessHandle> alive() throws IOException {
    return Files.exists(sandbox) ? Leftovers.of(sandbox) : List.of();
  }

  @Override
  public void close() throws IOException {
    for (Process process : started) {
      if (process.isAlive()) {
        kill(process);
      }
    }
    if (Files.exists(paths.activeTask())) {
      run("lose", "--force");
    }
    for (ProcessHandle process : alive()) {
      process.destroyForcibly();
    }
  }

  @Override
  public String toString() {
    return directory + ": " + records();
  }
}
