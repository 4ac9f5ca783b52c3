package org.thermos.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.thermos.process.Executables;
import org.thermos.process.NativeBinary;

/** The executor and the runner as programs, started from the classes under test. */
public final class Programs {
  private static final List<String> LIBRARIES =
      List.of("libthrift-", "jackson-core-", "mesos-", "protobuf-java-");

  private Programs() {}

  /** Puts an executor into {@code directory}. */
  public static Path executor(Path directory) throws IOException {
    Path runner = runner(directory);
    return program(
        directory,
        "thermos-executor",
        "org.thermos.executor.ExecutorProgram",
        "-Dthermos.runner=" + runner);
  }

  private static Path runner(Path directory) throws IOException {
    return program(directory, "thermos-runner", "org.thermos.runner.RunnerProgram", "");
  }

  /** Puts a runner into {@code directory}, all of it, so that any account can start it. */
  static Path publicRunner(Path directory) throws IOException {
    List<String> classPath = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (isInstalled(entry)) {
        Path copy = directory.resolve("class-path-" + classPath.size());
        copy(Path.of(entry), copy);
        classPath.add(copy.toString());
      }
    }
    Path binary = Executables.copy(NativeBinary.locate(), directory.resolve("thermos-native"));
    String command =
        String.join(
            " ",
            "exec " + binary + " launch -- " + java(),
            "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto",
            "-cp " + String.join(File.pathSeparator, classPath),
            "org.thermos.runner.RunnerProgram \"$@\"");
    return script(directory, "thermos-runner", "export THERMOS_LC_ALL= LC_ALL=C.UTF-8", command);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  /** Puts a shell script into {@code directory}. */
  static Path script(Path directory, String name, String... lines) throws IOException {
    return Executables.script(directory.resolve(name), lines);
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static Path program(Path directory, String name, String mainClass, String property)
      throws IOException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(Programs::isInstalled)
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    String command =
        String.join(
            " ",
            "exec " + NativeBinary.locate() + " launch -- " + java(),
            "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto",
            property,
            "-cp " + classPath + " " + mainClass + " \"$@\"");
    return script(directory, name, "export THERMOS_LC_ALL= LC_ALL=C.UTF-8", command);
  }

  private static boolean isInstalled(String entry) {
    String name = Path.of(entry).getFileName().toString();
    return entry.endsWith("/classes") || LIBRARIES.stream().anyMatch(name::startsWith);
  }
}
