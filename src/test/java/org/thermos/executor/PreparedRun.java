package org.thermos.executor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.thermos.config.Assignment;
import org.thermos.config.LaunchContext;
import org.thermos.executor.SupervisionEvent.NotPrepared;
import org.thermos.executor.SupervisionEvent.Prepared;
import org.thermos.log.Log;
import org.thermos.process.Executables;
import org.thermos.process.NativeBinary;
import org.thermos.runner.RunnerProgram;
import org.thermos.sandbox.SandboxSettings;
import org.thermos.thrift.aurora.AssignedTask;

/** Prepares a task as the executor does, and then runs it by a real runner. */
final class PreparedRun {
  private static final int PATIENCE_SECONDS = 90;
  private final List<String> logged = Collections.synchronizedList(new ArrayList<>());
  private final TaskPlace place;
  private final Path runner;
  private final SandboxSettings settings;

  /**
   * @param scripts a directory for the runner's program
   */
  PreparedRun(TaskPlace place, Path scripts, SandboxSettings settings) throws IOException {
    this.place = place;
    this.settings = settings;
    this.runner =
        Executables.script(
            scripts.resolve("thermos-runner"),
            "export THERMOS_LC_ALL= LC_ALL=C.UTF-8",
            "exec "
                + NativeBinary.locate().toAbsolutePath()
                + " launch -- "
                + Path.of(System.getProperty("java.home"), "bin", "java")
                + " -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "
                + absoluteClassPath()
                + " "
                + RunnerProgram.class.getName()
                + " \"$@\"");
  }

  private static String absoluteClassPath() {
    return String.join(
        ":",
        List.of(System.getProperty("java.class.path").split(":", -1)).stream()
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .toList());
  }

  SupervisionEvent prepare(AssignedTask task) throws Exception {
    Assignment assignment =
        Assignment.decode(
            AssignedTasks.bytes(task), new LaunchContext(Cluster.TASK, "localhost", Map.of()));
    PreparationSettings all =
        new PreparationSettings(
            settings,
            new RunnerCommand(runner, List.of()),
            false,
            Map.of("MESOS_DIRECTORY", place.directory().toString()));
    Log log =
        new Log() {
          @Override
          public void info(String message) {
            logged.add(message);
          }

          @Override
          public void error(String message) {
            logged.add(message);
          }
        };
    return new TaskPreparation(place, all, log)
        .prepare(Tasks.launch(Cluster.TASK, assignment, Optional.empty()));
  }

  /** What the preparation said in the executor's log. */
  List<String> logged() {
    return logged;
  }

  /** The runner's command line. */
  List<String> command(AssignedTask task) throws Exception {
    SupervisionEvent event = prepare(task);
    assertThat(event).isInstanceOf(Prepared.class);
    return ((Prepared) event).task().runnerCommand();
  }

  String failure(AssignedTask task) throws Exception {
    SupervisionEvent event = prepare(task);
    assertThat(event).isInstanceOf(NotPrepared.class);
    return ((NotPrepared) event).why().message();
  }

  /**
   * @param wrapper makes the command line one that runs where the task is to
   */
  Process start(AssignedTask task, UnaryOperator<List<String>> wrapper) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(wrapper.apply(command(task)));
    builder.environment().put("MESOS_DIRECTORY", place.directory().toString());
    builder.redirectErrorStream(true).redirectOutput(output().toFile());
    return builder.directory(place.directory().toFile()).start();
  }

  /** Until the runner has ended well. */
  void await(Process process) throws Exception {
    boolean hasEnded = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(hasEnded).as(Files.readString(output(), UTF_8)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(output(), UTF_8)).isZero();
  }

  String stdout() throws IOException {
    return Files.readString(logs().resolve("stdout"));
  }

  String stderr() throws IOException {
    return Files.readString(logs().resolve("stderr"));
  }

  private Path logs() {
    return place.directory().resolve("sandbox/.logs/p/0");
  }

  private Path output() {
    return runner.resolveSibling("output");
  }
}
