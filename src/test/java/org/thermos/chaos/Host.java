package org.thermos.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** The processes of this machine, as /proc shows them, and how to disturb them. */
final class Host {
  static final int SIGKILL = 9;
  static final int SIGCONT = 18;
  static final int SIGSTOP = 19;

  private static final Path PROC = Path.of("/proc");
  private static final POSIX LIBC = POSIXFactory.getNativePOSIX();

  /**
   * A process.
   *
   * @param startTicks tell it from another with the same pid
   * @param command its command line, words separated by blanks
   */
  record Entry(int pid, char state, int parent, long startTicks, String command) {
    /** The process that a coordinator's title names, if it is a coordinator of this task. */
    Optional<String> coordinates(String task) {
      String title = "thermos-coordinator " + task + " ";
      return command.startsWith(title)
          ? Optional.of(command.substring(title.length()).strip())
          : Optional.empty();
    }

    /** Whether this is, or is about to become, the task's runner. */
    boolean runs(String task) {
      return command.contains("--task_id=" + task + " ") && command.contains("unner");
    }

    boolean isBroker() {
      return command.startsWith("thermos-broker");
    }
  }

  private Host() {}

  /** All processes but those that have ended and were not waited for. */
  static List<Entry> processes() throws IOException {
    List<Entry> found = new ArrayList<>();
    try (Stream<Path> entries = Files.list(PROC)) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        String name = entry.getFileName().toString();
        if (Character.isDigit(name.charAt(0))) {
          read(Integer.parseInt(name)).filter(it -> it.state() != 'Z').ifPresent(found::add);
        }
      }
    }
    return found;
  }

  private static Optional<Entry> read(int pid) {
    Path directory = PROC.resolve(Integer.toString(pid));
    try {
      String stat = Files.readString(directory.resolve("stat"), StandardCharsets.ISO_8859_1);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Optional.of(
          new Entry(
              pid,
              fields[0].charAt(0),
              Integer.parseInt(fields[1]),
              Long.parseLong(fields[19]),
              text(directory.resolve("cmdline")).strip() + " "));
    } catch (IOException e) {
      return Optional.empty(); // It has ended.
    }
  }

  /** Sends a signal to this very process; false if it is gone. */
  static boolean signal(Entry process, int signal) {
    return read(process.pid())
        .filter(now -> now.state() != 'Z' && now.startTicks() == process.startTicks())
        .filter(now -> LIBC.kill(now.pid(), signal) == 0)
        .isPresent();
  }

  /** See {@link Remains}. */
  static List<Entry> remains(Path sandbox, Path ledger) throws IOException {
    Predicate<String> names = text -> text.contains(sandbox + "/") || text.contains(ledger + "/");
    long self = ProcessHandle.current().pid();
    return processes().stream()
        .filter(it -> it.pid() != self && belongs(it, sandbox, ledger, names))
        .toList();
  }

  private static boolean belongs(
      Entry process, Path sandbox, Path ledger, Predicate<String> names) {
    Path directory = PROC.resolve(Integer.toString(process.pid()));
    if (names.test(process.command()) || names.test(text(directory.resolve("environ")))) {
      return true;
    }
    List<Path> links = new ArrayList<>(List.of(directory.resolve("cwd")));
    try (Stream<Path> descriptors = Files.list(directory.resolve("fd"))) {
      descriptors.forEach(links::add);
    } catch (IOException e) {
      // It has ended, or is not ours to look at.
    }
    return links.stream()
        .map(Host::target)
        .anyMatch(place -> place.startsWith(ledger) || place.startsWith(sandbox));
  }

  private static Path target(Path link) {
    try {
      return Files.readSymbolicLink(link);
    } catch (IOException e) {
      return PROC; // It has ended, or is not ours to look at.
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }
}
