package org.thermos.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The processes that a local run has started, told by where they work and by their environment. */
final class Leftovers {
  private Leftovers() {}

  /**
   * Those whose sandbox is below {@code workDirectory}: executor, runner, coordinators, commands.
   */
  static List<ProcessHandle> of(Path workDirectory) throws IOException {
    String variable = "MESOS_DIRECTORY=" + workDirectory.toRealPath() + "/";
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(it -> environment(it).contains("\0" + variable) || isIn(it, workDirectory))
          .toList();
    }
  }

  /** Whether it works below a directory. */
  private static boolean isIn(ProcessHandle process, Path directory) {
    try {
      return Path.of("/proc/" + process.pid() + "/cwd")
          .toRealPath()
          .startsWith(directory.toRealPath());
    } catch (IOException e) {
      return false; // It is gone, or not ours.
    }
  }

  private static String environment(ProcessHandle process) {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/environ"));
      return "\0" + new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ""; // It is gone, or not ours.
    }
  }
}
