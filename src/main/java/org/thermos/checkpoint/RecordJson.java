package org.thermos.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Records as JSON, one object to a line, for other programs. Fields have the wire's names, times
 * are in ISO 8601 (UTC), and what is not set is left out. A field {@code record} tells the kinds
 * apart: {@code runner_header}, {@code task_status}, {@code process_status}.
 */
public final class RecordJson implements Closeable {
  private final JsonGenerator json;

  /**
   * @throws IOException never in practice
   */
  public RecordJson(Writer out) throws IOException {
    json = new JsonFactory().createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.setRootValueSeparator(null);
  }

  /**
   * Writes one line.
   *
   * @throws IOException if the writer fails
   */
  public void write(CheckpointRecord record) throws IOException {
    json.writeStartObject();
    if (record instanceof RunnerHeader header) {
      fields(header);
    } else if (record instanceof TaskStatus status) {
      fields(status);
    } else {
      fields((ProcessStatus) record);
    }
    json.writeEndObject();
    json.writeRaw('\n');
  }

  /** Flushes; the writer stays open. */
  @Override
  public void close() throws IOException {
    json.close();
  }

  private void fields(RunnerHeader header) throws IOException {
    json.writeStringField("record", "runner_header");
    json.writeStringField("task_id", header.taskId());
    json.writeStringField("launch_time", header.launchTime().toString());
    json.writeStringField("sandbox", header.sandbox().toString());
    json.writeStringField("hostname", header.hostname());
    json.writeStringField("user", header.user());
    json.writeObjectFieldStart("ports");
    for (Map.Entry<String, Long> port : header.ports().entrySet()) {
      json.writeNumberField(port.getKey(), port.getValue());
    }
    json.writeEndObject();
    if (header.logDir().isPresent()) {
      json.writeStringField("log_dir", header.logDir().get().toString());
    }
    field("uid", header.uid());
  }

  private void fields(TaskStatus status) throws IOException {
    json.writeStringField("record", "task_status");
    json.writeStringField("state", status.state().name());
    json.writeStringField("timestamp", status.timestamp().toString());
    json.writeNumberField("runner_pid", status.runnerPid());
    json.writeNumberField("runner_uid", status.runnerUid());
  }

  private void fields(ProcessStatus status) throws IOException {
    json.writeStringField("record", "process_status");
    json.writeNumberField("seq", status.seq());
    json.writeStringField("process", status.process());
    json.writeStringField("state", status.state().name());
    field("start_time", status.startTime());
    field("pid", status.pid());
    field("stop_time", status.stopTime());
    field("return_code", status.returnCode());
    field("coordinator_pid", status.coordinatorPid());
    field("fork_time", status.forkTime());
  }

  private void field(String name, OptionalInt value) throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(name, value.getAsInt());
    }
  }

  private void field(String name, Optional<Instant> value) throws IOException {
    if (value.isPresent()) {
      json.writeStringField(name, value.get().toString());
    }
  }
}
