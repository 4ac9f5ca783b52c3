package org.thermos.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.mesos.Protos.TaskStatus;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonException;
import org.thermos.config.json.JsonReader;
import org.thermos.config.json.JsonWriter;

/**
 * For programs: one JSON object a line, whose {@code event} is {@code started}, {@code update},
 * {@code stopping} or {@code ended}. Times are in ISO 8601 (UTC).
 */
final class JsonRunView implements RunView {
  private final PrintWriter out;

  JsonRunView(Output output) {
    this.out = output.out();
  }

  @Override
  public void started(LocalTask task, RunPlaces places) {
    Map<String, Json> numbers = new LinkedHashMap<>();
    task.ports().forEach((name, port) -> numbers.put(name, new Json.Int(port)));
    Map<String, Json> event = event("started");
    event.put("task_id", text(task.taskId()));
    event.put("user", text(task.job().role()));
    event.put("ports", new Json.Dictionary(numbers));
    put(places, event);
    write(event);
  }

  @Override
  public void updated(Instant time, TaskStatus status) {
    Map<String, Json> event = event("update");
    event.put("time", text(time.toString()));
    event.put("task_id", text(status.getTaskId().getValue()));
    event.put("state", text(status.getState().name()));
    event.put("message", text(status.getMessage()));
    event.put("source", text(status.getSource().name()));
    if (status.hasReason()) {
      event.put("reason", text(status.getReason().name()));
    }
    if (status.hasData()) {
      event.put("process", process(status));
    }
    write(event);
  }

  @Override
  public void stopping(int times) {
    Map<String, Json> event = event("stopping");
    event.put("times", new Json.Int(times));
    write(event);
  }

  @Override
  public void ended(
      RunEnd end,
      Duration took,
      RunPlaces places,
      List<FailedRun> failures,
      List<String> executorLines) {
    Map<String, Json> event = event("ended");
    event.put("state", text(end.state().name()));
    event.put("message", text(end.message()));
    event.put("exit_code", new Json.Int(end.exitCode()));
    event.put("seconds", new Json.Real(took.toMillis() / 1000.0));
    event.put("failures", new Json.Array(failures.stream().map(JsonRunView::failure).toList()));
    event.put("executor_stderr", lines(executorLines));
    put(places, event);
    write(event);
  }

  private static Json failure(FailedRun run) {
    Map<String, Json> failure = new LinkedHashMap<>();
    failure.put("process", text(run.status().process()));
    failure.put("run", new Json.Int(run.run()));
    run.status()
        .returnCode()
        .ifPresent(returnCode -> failure.put("return_code", new Json.Int(returnCode)));
    failure.put("log", text(run.log().toString()));
    failure.put("stderr", lines(run.lastLines()));
    return new Json.Dictionary(failure);
  }

  /** The transition that the executor relays; as text if it is no JSON. */
  private static Json process(TaskStatus status) {
    try {
      return JsonReader.read(status.getData().toByteArray());
    } catch (JsonException e) {
      return text(status.getData().toStringUtf8());
    }
  }

  private static void put(RunPlaces places, Map<String, Json> event) {
    event.put("work_directory", path(places.workDirectory()));
    event.put("sandbox", path(places.sandbox()));
    event.put("logs", path(places.logs()));
  }

  private static Map<String, Json> event(String name) {
    Map<String, Json> event = new LinkedHashMap<>();
    event.put("event", text(name));
    return event;
  }

  private static Json lines(List<String> lines) {
    return new Json.Array(lines.stream().<Json>map(JsonRunView::text).toList());
  }

  private static Json text(String value) {
    return new Json.Text(value);
  }

  private static Json path(Path path) {
    return text(path.toString());
  }

  private void write(Map<String, Json> event) {
    out.println(JsonWriter.write(new Json.Dictionary(event)));
    out.flush();
  }
}
