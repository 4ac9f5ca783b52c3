package org.thermos.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads /proc. Zombies are left out: they are over, whoever should have waited for them. */
final class ProcessTable {
  private static final Path PROC = Path.of("/proc");

  /** Enough for any stat line, and for the variables of interest in an environment. */
  private static final int MAX_BYTES = 256 << 10;

  private ProcessTable() {}

  static List<ProcessRow> read() {
    List<ProcessRow> rows = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        row(Integer.parseInt(entry.getFileName().toString())).ifPresent(rows::add);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list processes in " + PROC, e);
    }
    return rows;
  }

  /** The process of that pid, unless there is none or it is a zombie. */
  static Optional<ProcessRow> row(int pid) {
    return content(pid, "stat").flatMap(stat -> parse(pid, stat));
  }

  /** Whether the environment a process was started with has a variable starting like this. */
  static boolean hasVariable(int pid, String prefix) {
    return content(pid, "environ").filter(e -> ("\0" + e).contains("\0" + prefix)).isPresent();
  }

  private static Optional<ProcessRow> parse(int pid, String stat) {
    // The command's name, in parentheses, may hold anything; what follows is plain.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    String state = fields[0];
    if (state.equals("Z") || state.equals("X")) {
      return Optional.empty();
    }
    return Optional.of(
        new ProcessRow(
            pid,
            Integer.parseInt(fields[1]),
            Integer.parseInt(fields[3]),
            Long.parseLong(fields[19])));
  }

  private static Optional<String> content(int pid, String file) {
    try (InputStream in = Files.newInputStream(PROC.resolve(pid + "/" + file))) {
      String text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1);
      return text.isEmpty() ? Optional.empty() : Optional.of(text);
    } catch (IOException e) {
      // It ended meanwhile, or it is not ours to look into.
      return Optional.empty();
    }
  }
}
