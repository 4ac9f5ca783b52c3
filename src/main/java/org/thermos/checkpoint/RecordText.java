package org.thermos.checkpoint;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A record on one line, with the wire's names of its fields and only those that are set. Safe on
 * any terminal.
 */
public final class RecordText {
  private static final long MICROS_PER_SECOND = 1_000_000;

  private final StringBuilder line = new StringBuilder();

  private RecordText() {}

  public static String of(CheckpointRecord record) {
    RecordText text = new RecordText();
    if (record instanceof RunnerHeader header) {
      text.header(header);
    } else if (record instanceof TaskStatus status) {
      text.status(status);
    } else {
      text.status((ProcessStatus) record);
    }
    return text.line.toString();
  }

  private void header(RunnerHeader header) {
    line.append("runner_header");
    field("task_id", PythonText.of(header.taskId()));
    field("launch_time_ms", header.launchTime().toEpochMilli());
    field("sandbox", PythonText.of(header.sandbox().toString()));
    field("hostname", PythonText.of(header.hostname()));
    field("user", PythonText.of(header.user()));
    StringBuilder ports = new StringBuilder("{");
    for (Map.Entry<String, Long> port : header.ports().entrySet()) {
      ports
          .append(ports.length() > 1 ? ", " : "")
          .append(PythonText.of(port.getKey()))
          .append(": ")
          .append(port.getValue());
    }
    field("ports", ports.append('}'));
    header.logDir().ifPresent(logDir -> field("log_dir", PythonText.of(logDir.toString())));
    field("uid", header.uid());
  }

  private void status(TaskStatus status) {
    line.append("task_status");
    state(status.state(), status.state().value());
    field("timestamp_ms", status.timestamp().toEpochMilli());
    field("runner_pid", status.runnerPid());
    field("runner_uid", status.runnerUid());
  }

  private void status(ProcessStatus status) {
    line.append("process_status");
    field("seq", status.seq());
    field("process", PythonText.of(status.process()));
    state(status.state(), status.state().value());
    status.startTime().ifPresent(time -> field("start_time", seconds(time)));
    field("pid", status.pid());
    status.stopTime().ifPresent(time -> field("stop_time", seconds(time)));
    field("return_code", status.returnCode());
    field("coordinator_pid", status.coordinatorPid());
    status.forkTime().ifPresent(time -> field("fork_time", seconds(time)));
  }

  private void state(Enum<?> state, int value) {
    field("state", state.name() + "(" + value + ")");
  }

  private void field(String name, OptionalInt value) {
    value.ifPresent(number -> field(name, number));
  }

  private void field(String name, Object value) {
    line.append(' ').append(name).append('=').append(value);
  }

  /**
   * Seconds since the epoch, to the microsecond, with no more decimals than needed, and at least
   * one.
   */
  private static String seconds(Instant time) {
    long micros =
        time.getEpochSecond() * MICROS_PER_SECOND
            + time.getNano() / (1_000_000_000 / MICROS_PER_SECOND);
    BigDecimal seconds = BigDecimal.valueOf(micros, 6).stripTrailingZeros();
    return seconds.setScale(Math.max(1, seconds.scale())).toPlainString();
  }
}
