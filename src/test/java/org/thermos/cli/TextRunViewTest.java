package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class TextRunViewTest {
  private static final Instant TIME = Instant.parse("2026-11-21T16:10:07.123Z");

  private final StringWriter out = new StringWriter();

  @Test
  void anUpdateIsALine() {
    view(Ansi.OFF)
        .updated(
            TIME,
            status(TaskState.TASK_FAILED, "Task failed.")
                .setReason(TaskStatus.Reason.REASON_EXECUTOR_TERMINATED)
                .build());

    assertThat(out)
        .hasToString("16:10:07.123  TASK_FAILED     Task failed. (REASON_EXECUTOR_TERMINATED)\n");
  }

  @Test
  void aTransitionOfAProcessIsIndented() {
    view(Ansi.OFF)
        .updated(
            TIME,
            status(TaskState.TASK_RUNNING, "process a run 0 is RUNNING (pid 7)")
                .setData(ByteString.copyFromUtf8("{}"))
                .build());

    assertThat(out).hasToString("16:10:07.123    process a run 0 is RUNNING (pid 7)\n");
  }

  @Test
  void statesHaveColoursOnATerminal() {
    view(Ansi.ON).updated(TIME, status(TaskState.TASK_FINISHED, "").build());

    assertThat(out.toString()).contains("\u001b[1m\u001b[32mTASK_FINISHED");
  }

  @Test
  void messagesCannotSteerTheTerminal() {
    view(Ansi.ON).updated(TIME, status(TaskState.TASK_RUNNING, "a\u001b[2J\nb @|red c|@").build());

    assertThat(out.toString()).contains("a?[2J b @|red c|@").hasLineCount(1);
  }

  private RunView view(Ansi ansi) {
    PrintWriter writer = new PrintWriter(out);
    return new TextRunView(new Output(writer, writer, ZoneOffset.UTC, ansi));
  }

  private static TaskStatus.Builder status(TaskState state, String message) {
    return TaskStatus.newBuilder()
        .setTaskId(TaskID.newBuilder().setValue("task"))
        .setState(state)
        .setMessage(message);
  }
}
