package org.thermos.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The processes that a local run has started, told by where they work and by their environment. */
final class Leftovers {
  /** In the flags of a process: it is about to go. */
  private static final long PF_EXITING = 4;

  private static final Pattern SIGKILL_PENDING =
      Pattern.compile("(Sig|Shd)Pnd:\\s*[0-9a-f]*[13579bdf][0-9a-f]{2}");

  private Leftovers() {}

  /**
   * Those whose sandbox is below {@code workDirectory}: executor, runner, coordinators, commands.
   */
  static List<ProcessHandle> of(Path workDirectory) throws IOException {
    String variable = "MESOS_DIRECTORY=" + workDirectory.toRealPath() + "/";
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(it -> environment(it).contains("\0" + variable) || isIn(it, workDirectory))
          .filter(it -> !isEnding(it))
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

  /** Whether nothing can keep it alive: whoever killed it has no need to see how it goes. */
  private static boolean isEnding(ProcessHandle process) {
    Path proc = Path.of("/proc/" + process.pid());
    try {
      String stat = Files.readString(proc.resolve("stat"), StandardCharsets.ISO_8859_1);
      String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      String status = Files.readString(proc.resolve("status"), StandardCharsets.ISO_8859_1);
      return (Long.parseLong(afterName[6]) & PF_EXITING) != 0
          || status.lines().anyMatch(line -> SIGKILL_PENDING.matcher(line).matches());
    } catch (IOException e) {
      return true;
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
