package org.thermos.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;

/** For people: one line for each update, with colours where there is a terminal. */
final class TextRunView implements RunView {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
  private static final int STATE_WIDTH = 14;

  private final Output output;
  private final PrintWriter out;

  TextRunView(Output output) {
    this.output = output;
    this.out = output.out();
  }

  @Override
  public void started(LocalTask task, RunPlaces places) {
    field("task", task.taskId());
    field("user", task.job().role());
    if (!task.ports().isEmpty()) {
      field(
          "ports",
          task.ports().entrySet().stream()
              .map(port -> port.getKey() + " " + port.getValue())
              .collect(Collectors.joining(", ")));
    }
    places(places);
    out.flush();
  }

  @Override
  public void updated(Instant time, TaskStatus status) {
    out.print(TIME.format(time.atZone(output.zone())));
    if (status.hasData()) {
      out.println("    " + Printable.line(status.getMessage()));
    } else {
      String reason = status.hasReason() ? " (" + status.getReason() + ")" : "";
      String message = Printable.line(status.getMessage());
      out.println(("  " + coloured(status.getState()) + "  " + message + reason).stripTrailing());
    }
    out.flush();
  }

  @Override
  public void stopping(int times) {
    out.println(
        switch (times) {
          case 1 -> "killing the task; once more to do it at once";
          case 2 -> "killing the task at once";
          default -> "leaving";
        });
    out.flush();
  }

  @Override
  public void ended(
      RunEnd end,
      Duration took,
      RunPlaces places,
      List<FailedRun> failures,
      List<String> executorLines) {
    for (FailedRun run : failures) {
      out.println(Printable.line(run.words()) + "; the end of " + run.log() + ":");
      run.lastLines().forEach(line -> out.println("  | " + line));
    }
    if (!executorLines.isEmpty()) {
      out.println("the end of " + places.executor().resolve("stderr") + ":");
      executorLines.forEach(line -> out.println("  | " + line));
    }
    String seconds = String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
    out.println(
        coloured(end.state()).stripTrailing()
            + " after "
            + seconds
            + " (exit code "
            + end.exitCode()
            + ")");
    places(places);
    out.flush();
  }

  private void places(RunPlaces places) {
    field("sandbox", places.sandbox().toString());
    field("logs", places.logs().toString());
  }

  private void field(String name, String value) {
    out.println(String.format(Locale.ROOT, "%-8s %s", name, Printable.line(value)));
  }

  private String coloured(TaskState state) {
    String colour =
        switch (state) {
          case TASK_FINISHED -> "green";
          case TASK_RUNNING -> "cyan";
          case TASK_STAGING, TASK_STARTING, TASK_KILLING -> "yellow";
          default -> "red";
        };
    String padded = String.format(Locale.ROOT, "%-" + STATE_WIDTH + "s", state);
    return output.ansi().string("@|bold,fg(" + colour + ") " + padded + "|@");
  }
}
