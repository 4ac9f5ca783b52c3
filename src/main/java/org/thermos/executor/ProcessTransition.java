package org.thermos.executor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;

/**
 * A process of the task came into another state: what {@code --relay=process} tells the scheduler.
 *
 * @param run index in the process' history, from 0
 */
record ProcessTransition(ProcessStatus status, int run) {
  private static final JsonFactory JSON = new JsonFactory();

  /** As in {@code process fetch run 0 is RUNNING (pid 123)}. */
  String words() {
    return "process " + status.process() + " run " + run + " is " + status.state() + detail();
  }

  /**
   * As in {@code Process fetch failed with exit code 7 (run 2).}; empty for a run of which no more
   * is known than that it is over.
   */
  Optional<String> sentence() {
    Optional<String> how =
        status.state() == ProcessState.LOST
            ? Optional.of("was lost")
            : status.returnCode().stream()
                .mapToObj(
                    code ->
                        code < 0
                            ? "was killed by signal " + -code
                            : "failed with exit code " + code)
                .findFirst();
    return how.map(
        words ->
            "Process " + status.process() + " " + words + (run == 0 ? "." : " (run " + run + ")."));
  }

  private String detail() {
    if (status.returnCode().isPresent()) {
      int code = status.returnCode().getAsInt();
      return code < 0 ? " (signal " + -code + ")" : " (exit code " + code + ")";
    }
    if (status.pid().isPresent()) {
      return " (pid " + status.pid().getAsInt() + ")";
    }
    return status.coordinatorPid().isPresent()
        ? " (coordinator pid " + status.coordinatorPid().getAsInt() + ")"
        : "";
  }

  /**
   * One JSON object: {@code process}, {@code run}, {@code state} and {@code seq} always; {@code
   * coordinator_pid}, {@code fork_time}, {@code pid}, {@code start_time}, {@code stop_time} and
   * {@code return_code} with the transition they belong to. Times are in ISO 8601 (UTC).
   */
  String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("process", status.process());
      json.writeNumberField("run", run);
      json.writeStringField("state", status.state().name());
      json.writeNumberField("seq", status.seq());
      number(json, "coordinator_pid", status.coordinatorPid());
      time(json, "fork_time", status.forkTime());
      number(json, "pid", status.pid());
      time(json, "start_time", status.startTime());
      time(json, "stop_time", status.stopTime());
      number(json, "return_code", status.returnCode());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to memory", e);
    }
    return text.toString();
  }

  private static void number(JsonGenerator json, String name, OptionalInt value)
      throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(name, value.getAsInt());
    }
  }

  private static void time(JsonGenerator json, String name, Optional<Instant> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(name, value.get().toString());
    }
  }
}
