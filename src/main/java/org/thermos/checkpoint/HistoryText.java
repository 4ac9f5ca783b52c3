package org.thermos.checkpoint;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A history as {@code thermos read} shows it (observer-cli 8.8). What a record leaves open is shown
 * as empty or {@code None}.
 */
public final class HistoryText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH);

  private final ZoneId zone;

  /**
   * @param zone in which times are shown
   */
  public HistoryText(ZoneId zone) {
    this.zone = requireNonNull(zone, "zone is null");
  }

  /**
   * Writes all of {@code history}.
   *
   * @throws IOException if {@code out} cannot be written
   */
  public void write(TaskHistory history, Appendable out) throws IOException {
    out.append("Recovered Task Header:\n");
    if (history.header().isPresent()) {
      write(history.header().get(), out);
    } else {
      out.append("  None\n");
    }
    out.append("Recovered Task States:\n");
    for (TaskStatus status : history.statuses()) {
      out.append(
          "  "
              + time(status.timestamp())
              + " [pid: "
              + status.runnerPid()
              + "] => "
              + status.state()
              + "\n");
    }
    out.append("Recovered Processes:\n");
    for (String process : history.processes()) {
      List<ProcessStatus> runs = history.runs(process);
      out.append("  " + printable(process) + "   runs: " + runs.size() + "\n");
      for (int run = runs.size() - 1; run >= 0; run--) {
        out.append(String.format(Locale.ROOT, "    %2d: ", run))
            .append(run(runs.get(run)))
            .append('\n');
      }
    }
  }

  private static void write(RunnerHeader header, Appendable out) throws IOException {
    out.append("  id:      ").append(printable(header.taskId())).append('\n');
    out.append("  user:    ").append(printable(header.user())).append('\n');
    out.append("  host:    ").append(printable(header.hostname())).append('\n');
    out.append("  sandbox: ").append(printable(header.sandbox().toString())).append('\n');
    if (!header.ports().isEmpty()) {
      out.append("  ports:  ");
      for (Map.Entry<String, Long> port : header.ports().entrySet()) {
        out.append(" " + printable(port.getKey()) + "->" + port.getValue());
      }
      out.append('\n');
    }
  }

  /**
   * One run, as all commands show it: {@code pid=10781, rc=0, finish:Sat Nov 21 16:10:07 2026,
   * state:SUCCESS}.
   */
  public String run(ProcessStatus run) {
    return "pid="
        + orElse(run.pid(), "None")
        + ", rc="
        + orElse(run.returnCode(), "")
        + ", finish:"
        + run.stopTime().map(this::time).orElse("None")
        + ", state:"
        + run.state();
  }

  /** A moment as all commands show it: {@code Sat Nov 21 16:10:07 2026}. */
  public String time(Instant time) {
    return TIME.format(time.atZone(zone));
  }

  private static String orElse(OptionalInt value, String none) {
    return value.isPresent() ? Integer.toString(value.getAsInt()) : none;
  }

  /** Names come from outside; what could steer a terminal is replaced. */
  private static String printable(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
        .forEach(shown::appendCodePoint);
    return shown.toString();
  }
}
