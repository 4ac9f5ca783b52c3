package org.thermos.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonWriter;
import org.thermos.log.ErrorText;

/**
 * How a command is started inside a task's filesystem image: by mesos-containerizer, in either of
 * its two forms (processes 4.6).
 *
 * @param takesLaunchInfo whether it is of Mesos 1.2 or later
 * @param rootfs the image, as the host sees it
 * @param sandbox the sandbox' path inside the image
 */
public record Containerizer(Path program, boolean takesLaunchInfo, Path rootfs, String sandbox) {
  private static final int PROBE_SECONDS = 30;

  /**
   * Asks the program which form it understands.
   *
   * @param environment the runner's; MESOS_DIRECTORY says where the image is
   */
  public static Containerizer probe(Path program, Map<String, String> environment, String sandbox)
      throws RunnerException {
    String directory = environment.get("MESOS_DIRECTORY");
    if (directory == null) {
      throw unusable(program, "MESOS_DIRECTORY is not set, under which the image lies");
    }
    if (!sandbox.startsWith("/")) {
      throw unusable(program, "--container_sandbox=" + sandbox + " is not an absolute path");
    }
    if (!Files.isExecutable(program)) {
      throw unusable(program, "it is missing or not executable");
    }
    return new Containerizer(
        program, usage(program).contains("launch_info"), Path.of(directory, "taskfs"), sandbox);
  }

  /** What it says when it is not told what to launch. */
  private static String usage(Path program) throws RunnerException {
    Path output = null;
    try {
      output = Files.createTempFile("mesos-containerizer", ".usage");
      Process process =
          new ProcessBuilder(program.toString(), "launch")
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(output.toFile())
              .start();
      if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw unusable(program, "it does not answer");
      }
      return Files.readString(output, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw unusable(program, ErrorText.of(e));
    } catch (InterruptedException e) {
      throw unusable(program, "interrupted while asking for its usage");
    } finally {
      delete(output);
    }
  }

  private static void delete(Path file) {
    if (file != null && !file.toFile().delete()) {
      file.toFile().deleteOnExit();
    }
  }

  private static RunnerException unusable(Path program, String why) {
    return new RunnerException(
        ExitCode.INVALID_TASK, "cannot use mesos-containerizer " + program + ": " + why);
  }

  /** The command line that runs a shell command inside the image. */
  List<String> command(String cmdline, String user) {
    return wrap(List.of("/bin/bash", "-c", cmdline), user);
  }

  /**
   * The command line that runs another one inside the image.
   *
   * @param argv its program as a path inside the image, and its arguments
   * @param user the account inside the image
   */
  public List<String> wrap(List<String> argv, String user) {
    Json command =
        object(
            Map.of(
                "shell", new Json.Bool(false),
                "value", text(argv.get(0)),
                "arguments", new Json.Array(argv.stream().map(Containerizer::text).toList())));
    List<String> arguments =
        new ArrayList<>(List.of(program.toString(), "launch", "--unshare_namespace_mnt"));
    if (takesLaunchInfo) {
      Json launchInfo =
          object(
              Map.of(
                  "rootfs", text(rootfs.toString()),
                  "user", text(user),
                  "working_directory", text(sandbox),
                  "command", command));
      arguments.add("--launch_info=" + JsonWriter.write(launchInfo));
    } else {
      arguments.add("--working_directory=" + sandbox);
      arguments.add("--rootfs=" + rootfs);
      arguments.add("--user=" + user);
      arguments.add("--command=" + JsonWriter.write(command));
    }
    return arguments;
  }

  /** A file of the sandbox as the host sees it through the image. */
  Path onHost(String file) {
    return rootfs.resolve(Path.of("/").relativize(Path.of(sandbox))).resolve(file);
  }

  private static Json text(String value) {
    return new Json.Text(value);
  }

  private static Json object(Map<String, Json> fields) {
    return new Json.Dictionary(new TreeMap<>(fields));
  }
}
