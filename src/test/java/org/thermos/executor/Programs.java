package org.thermos.executor;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.thermos.process.Executables;
import org.thermos.process.NativeBinary;

/** Executor and runner as programs, with the class path that they have when they are installed. */
final class Programs {
  private static final List<String> LIBRARIES =
      List.of(
          "libthrift-",
          "jackson-core-",
          "mesos-",
          "protobuf-java-",
          "curator-client-",
          "zookeeper-",
          "slf4j-api-");

  private final Path directory;
  private Path runner;
  private Optional<Path> launcher = Optional.empty();

  Programs(Path directory) throws IOException {
    this.directory = directory;
    this.runner = program("thermos-runner", "org.thermos.runner.RunnerProgram");
  }

  /** The executor, which finds its runner. */
  Path executor() throws IOException {
    if (launcher.isPresent()) {
      return launcher.get();
    }
    return program(
        "thermos-executor", "org.thermos.executor.ExecutorProgram", "-Dthermos.runner=" + runner);
  }

  /** Puts a shell script in the place of the runner. */
  void playRunner(String... lines) throws IOException {
    runner = script("played-runner", lines);
  }

  /** Has the executor look for its runner here. */
  void runnerAt(Path path) {
    runner = path;
  }

  /** Uses the project's own launchers, copied to a place where they find what is under test. */
  void installLaunchers() throws IOException {
    Path home = directory.resolve("home");
    Path scripts = Path.of("scripts").toAbsolutePath();
    Files.createDirectories(home.resolve("scripts/lib"));
    for (String name : List.of("thermos-executor", "thermos-runner", "lib/jvm.sh")) {
      Files.copy(
          scripts.resolve(name),
          home.resolve("scripts").resolve(name),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    Path target = Files.createDirectories(home.resolve("target"));
    Files.createDirectories(target.resolve("lib"));
    for (String entry : classPath().split(File.pathSeparator, -1)) {
      Path place = Path.of(entry).toAbsolutePath();
      if (entry.endsWith("/classes")) {
        Files.createSymbolicLink(target.resolve("classes"), place);
        Files.createSymbolicLink(target.resolve("thermos.jar"), place);
      } else {
        String name = place.getFileName().toString().replaceFirst("-[0-9][^-]*\\.jar$", ".jar");
        Files.createSymbolicLink(target.resolve("lib").resolve(name), place);
      }
    }
    launcher = Optional.of(home.resolve("scripts/thermos-executor"));
  }

  private Path program(String name, String mainClass, String... properties) throws IOException {
    return script(
        name,
        "export THERMOS_LC_ALL= LC_ALL=C.UTF-8",
        "exec "
            + NativeBinary.locate()
            + " launch -- "
            + Path.of(System.getProperty("java.home"), "bin", "java")
            + " -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "
            + String.join(" ", properties)
            + " -cp "
            + classPath()
            + " "
            + mainClass
            + " \"$@\"");
  }

  /** What is on the class path of a program that is installed. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .filter(
            entry ->
                entry.endsWith("/classes")
                    || LIBRARIES.stream()
                        .anyMatch(Path.of(entry).getFileName().toString()::startsWith))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private Path script(String name, String... lines) throws IOException {
    return Executables.script(directory.resolve(name), lines);
  }
}
