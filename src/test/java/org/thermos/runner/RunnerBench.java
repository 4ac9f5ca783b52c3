package org.thermos.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.CheckpointTail;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.checkpoint.TaskState;
import org.thermos.checkpoint.TaskStatus;
import org.thermos.process.NativeBinary;

/** A directory in which real runners run one task, started as an executor would start them. */
final class RunnerBench implements AutoCloseable {
  static final String TASK_ID = "bench";
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  final Path directory;
  final Path sandbox;
  final TaskPaths paths;
  String classPath = System.getProperty("java.class.path");

  /** Put before the command of each runner. */
  List<String> launcher = List.of();

  private final List<Process> runners = new ArrayList<>();

  RunnerBench(Path directory) {
    this.directory = directory;
    this.sandbox = directory.resolve("sandbox");
    this.paths = TaskPaths.of(directory.resolve("root"), TASK_ID);
  }

  void writeTask(String json) throws IOException {
    Files.writeString(directory.resolve("task.json"), json);
  }

  /** Starts a runner as its own program. */
  Process start(String... flags) throws IOException {
    List<String> command = new ArrayList<>(launcher);
    command.addAll(
        List.of(
            NativeBinary.locate().toString(),
            "launch",
            "--",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath,
            RunnerProgram.class.getName(),
            "--thermos_json=" + directory.resolve("task.json"),
            "--sandbox=" + sandbox,
            "--checkpoint_root=" + paths.root(),
            "--task_id=" + TASK_ID,
            "--log_dir=" + directory));
    command.addAll(List.of(flags));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
    builder.environment().putAll(Map.of("LC_ALL", "C.UTF-8", "THERMOS_LC_ALL", ""));
    builder.environment().put("MESOS_DIRECTORY", directory.toString());
    builder.redirectOutput(directory.resolve("stdout").toFile());
    builder.redirectError(directory.resolve("stderr").toFile());
    Process process = builder.start();
    runners.add(process);
    return process;
  }

  /** Starts a runner, waits for its end and returns its exit code. */
  int run(String... flags) throws IOException {
    return exitOf(start(flags));
  }

  int exitOf(Process runner) {
    try {
      if (!runner.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("the runner does not end; " + this);
      }
      return runner.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  void awaitState(String process, ProcessState state, int times) {
    await(
        process + " is " + state + " for the " + times + ". time",
        () ->
            records(paths.processCheckpoint(process)).stream()
                    .filter(r -> r instanceof ProcessStatus s && s.state() == state)
                    .count()
                >= times);
  }

  /** Waits until a process' shell has come so far as to run a command. */
  void awaitCommandOf(String process) {
    await(
        process + " runs a command",
        () ->
            records(paths.processCheckpoint(process)).stream()
                .anyMatch(
                    r ->
                        r instanceof ProcessStatus s
                            && s.pid().isPresent()
                            && ProcessHandle.of(s.pid().getAsInt())
                                .filter(shell -> shell.children().findAny().isPresent())
                                .isPresent()));
  }

  /** The coordinator of the process' last run. */
  int coordinatorOf(String process) {
    int pid = 0;
    for (CheckpointRecord record : records(paths.processCheckpoint(process))) {
      if (record instanceof ProcessStatus status) {
        pid = status.coordinatorPid().orElse(pid);
      }
    }
    return pid;
  }

  void await(String what, BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("waited in vain until " + what + "; " + this);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  static void signal(Process process, String signal) {
    signal(process.pid(), signal);
  }

  static void signal(long pid, String signal) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  List<CheckpointRecord> records() {
    return records(paths.runnerCheckpoint());
  }

  static List<CheckpointRecord> records(Path stream) {
    List<CheckpointRecord> records = new ArrayList<>();
    try {
      new CheckpointTail(stream).readNew(intact -> records.add(intact.record()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records;
  }

  List<TaskState> taskStates() {
    return taskStates(records());
  }

  /** The task's states; one that is only said again, by a runner that took over, counts once. */
  static List<TaskState> taskStates(List<CheckpointRecord> records) {
    List<TaskState> states = new ArrayList<>();
    for (CheckpointRecord record : records) {
      if (record instanceof TaskStatus status
          && (states.isEmpty() || states.get(states.size() - 1) != status.state())) {
        states.add(status.state());
      }
    }
    return states;
  }

  Map<String, List<ProcessState>> processStates() {
    return processStates(records());
  }

  static Map<String, List<ProcessState>> processStates(List<CheckpointRecord> records) {
    Map<String, List<ProcessState>> states = new LinkedHashMap<>();
    for (CheckpointRecord record : records) {
      if (record instanceof ProcessStatus status) {
        states.computeIfAbsent(status.process(), p -> new ArrayList<>()).add(status.state());
      }
    }
    return states;
  }

  String log(String process, int run, String stream) throws IOException {
    return Files.readString(
        TaskPaths.runLogs(TaskPaths.defaultLogs(sandbox), process, run).resolve(stream));
  }

  void awaitLog(String process, String text) {
    Path log = TaskPaths.runLogs(TaskPaths.defaultLogs(sandbox), process, 0).resolve("stdout");
    await(
        process + " says " + text,
        () -> {
          try {
            return Files.exists(log) && Files.readString(log).contains(text);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** What the runner said, be it in its log or, when that cannot be written, beside it. */
  String runnerLog() {
    try {
      return Files.readString(directory.resolve("thermos_runner.log"))
          + Files.readString(directory.resolve("stderr"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every process whose working directory is the sandbox. */
  List<ProcessHandle> processesInSandbox() {
    return ProcessHandle.allProcesses()
        .filter(
            handle -> {
              try {
                return Files.readSymbolicLink(Path.of("/proc/" + handle.pid() + "/cwd"))
                    .startsWith(sandbox);
              } catch (IOException e) {
                return false; // It has ended, or is none of ours.
              }
            })
        .toList();
  }

  String failure() throws IOException {
    return Files.readString(directory.resolve(RunnerProgram.FAILURE_FILE));
  }

  /** Ends every runner and everything it started. */
  @Override
  public void close() throws IOException {
    for (Process runner : runners) {
      if (runner.isAlive()) {
        signal(runner, "USR2");
        exitOf(runner);
      }
    }
    if (!taskStates().isEmpty() && !taskStates().get(taskStates().size() - 1).isTerminal()) {
      // The last runner was killed: another one takes over, to leave nothing behind.
      Process last = start();
      awaitControl(last);
      signal(last, "USR2");
      exitOf(last);
    }
  }

  /** Waits until a runner has signed the task's stream, or has ended without. */
  void awaitControl(Process runner) {
    await(
        "the runner takes control",
        () ->
            !runner.isAlive()
                || records().stream()
                    .anyMatch(r -> r instanceof TaskStatus s && s.runnerPid() == runner.pid()));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("in " + directory);
    for (String file : List.of("stderr", "thermos_runner.log")) {
      try {
        text.append("\n")
            .append(file)
            .append(": ")
            .append(Files.readString(directory.resolve(file)));
      } catch (IOException e) {
        text.append("\n").append(file).append(" is not there");
      }
    }
    return text.append("\n").append(records()).toString();
  }
}
