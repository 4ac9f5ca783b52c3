package org.thermos.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the processes of a task say themselves: one file to which each appends a line at a time, so
 * that the lines of all of them are in the order in which things happened.
 *
 * <p>Every run also takes a lock that it and all its descendants keep as long as they live. So
 * whether anything of another run is alive is for the kernel to say, not for clocks.
 */
record Ledger(Path directory) {
  private static final String SCRIPT =
      """
      # Every process of the task begins with this. Arguments: its name, and whose ends it relies on.
      process=$1
      shift
      say() { printf '%%s\\n' "$*" >> '%1$s/lines'; }
      read -r -a stat < /proc/$$/stat
      say start "$process" $$ "$PPID" "${stat[21]}"
      # Not in a subshell that a SIGTERM hits before bash has taken the traps away from it.
      trap 'code=$?; [ $BASHPID -ne $$ ] || say end "$process" $$ "$code"' EXIT
      trap '[ $BASHPID -ne $$ ] || say term "$process" $$; exit 143' TERM
      exec 9>> '%1$s/lock.'"$process"
      flock -n 9 || say overlap "$process" $$
      for other; do
        flock -s -n '%1$s/lock.'"$other" true || say early "$process" $$ "$other"
      done
      run=$(grep -c "^start $process " '%1$s/lines')
      set --
      """;

  /**
   * A line.
   *
   * @param event start, end, term (SIGTERM arrived), child, overlap (an earlier run lives), or
   *     early (a predecessor lives)
   * @param rest after process and pid: of a start its parent and start ticks, of an end its code,
   *     of an early one the predecessor
   */
  record Line(String event, String process, int pid, List<String> rest) {
    boolean isStart() {
      return event.equals("start");
    }

    /** The process that started this one: its coordinator, unless that was killed at once. */
    int parent() {
      return Integer.parseInt(rest.get(0));
    }

    /** With which it ended. */
    int code() {
      return Integer.parseInt(rest.get(0));
    }
  }

  Path script() {
    return directory.resolve("begin");
  }

  void create() throws IOException {
    Files.createDirectories(directory);
    Files.writeString(script(), SCRIPT.formatted(directory));
    Files.createFile(directory.resolve("lines"));
  }

  List<Line> read() throws IOException {
    List<Line> lines = new ArrayList<>();
    for (String text : Files.readAllLines(directory.resolve("lines"), StandardCharsets.UTF_8)) {
      List<String> words = List.of(text.split(" ", -1));
      lines.add(
          new Line(
              words.get(0),
              words.get(1),
              Integer.parseInt(words.get(2)),
              words.subList(3, words.size())));
    }
    return lines;
  }
}
