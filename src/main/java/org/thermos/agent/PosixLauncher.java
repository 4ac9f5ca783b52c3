package org.thermos.agent;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.mesos.Protos.CommandInfo;

/**
 * Starts executors as processes, in the shape of Mesos's posix launcher: a small parent, here a
 * shell, leads a session and waits for the executor, which is in the parent's group and session. So
 * an executor may make a session of its own.
 *
 * <p>Differences: an exit code of 128+n is reported as signal n, because a shell and the JDK tell
 * them apart no more; the executor's argv[0] is always its path; users are not switched. Where
 * /bin/sh is bash, the executor finds its variable "_" in the environment.
 */
final class PosixLauncher implements Launcher {
  private static final List<String> SETSID =
      List.of("/usr/bin/setsid", "/bin/setsid", "/usr/sbin/setsid", "/sbin/setsid");

  /** Variables that shells export unasked. */
  private static final List<String> SHELL_VARIABLES = List.of("PWD", "OLDPWD", "SHLVL");

  PosixLauncher() {
    ProcessKiller.load();
  }

  @Override
  public Container launch(Launch launch) throws IOException {
    CommandInfo command = launch.command();
    String user = System.getProperty("user.name");
    if (command.hasUser() && !command.getUser().equals(user)) {
      throw new IOException(
          "Cannot run as user '%s': this agent runs everything as '%s'"
              .formatted(command.getUser(), user));
    }
    UriFetcher.fetch(command, launch.sandbox());
    ProcessBuilder builder = new ProcessBuilder(containerizer(launch.environment()));
    builder.command().addAll(arguments(command));
    builder.directory(launch.sandbox().toFile());
    builder.redirectInput(Redirect.from(new File("/dev/null")));
    builder.redirectOutput(launch.sandbox().resolve("stdout").toFile());
    builder.redirectError(launch.sandbox().resolve("stderr").toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    try {
      environment.putAll(launch.environment());
      return new PosixContainer(builder.start(), launch.sandbox());
    } catch (IllegalArgumentException e) {
      throw new IOException("Cannot set the environment: " + e.getMessage(), e);
    }
  }

  /** Waits for its arguments' end; what shells say about deaths by signal is not for stderr. */
  private static List<String> containerizer(Map<String, String> environment) throws IOException {
    String setsid =
        SETSID.stream()
            .filter(path -> Files.isExecutable(Path.of(path)))
            .findFirst()
            .orElseThrow(
                () -> new IOException("Cannot find setsid in " + SETSID + ": install util-linux"));
    Stream<String> unwanted =
        SHELL_VARIABLES.stream().filter(name -> !environment.containsKey(name));
    String script =
        Stream.of(
                unwanted.map(name -> "unset " + name),
                Stream.of("exec 3>&2 2>/dev/null", "(exec 2>&3 3>&-; exec \"$@\")", "exit $?"))
            .flatMap(lines -> lines)
            .reduce((first, second) -> first + "; " + second)
            .orElseThrow();
    return new ArrayList<>(List.of(setsid, "/bin/sh", "-c", script, "mesos-containerizer"));
  }

  private static List<String> arguments(CommandInfo command) throws IOException {
    if (command.getValue().isEmpty()) {
      throw new IOException("Cannot run a command without a value");
    }
    if (command.getShell()) {
      return List.of("/bin/sh", "-c", command.getValue());
    }
    List<String> arguments = new ArrayList<>(List.of(command.getValue()));
    arguments.addAll(command.getArgumentsList().stream().skip(1).toList());
    return arguments;
  }
}
