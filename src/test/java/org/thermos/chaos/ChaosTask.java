package org.thermos.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.thermos.checkpoint.TaskState;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonWriter;

/**
 * A task under trial.
 *
 * @param maxConcurrency as in the task's configuration; 0 is no limit
 * @param killAfter when the scheduler kills it, counted from its launch
 * @param outcome what becomes of it unless it is killed or given up
 */
record ChaosTask(
    String id,
    List<ChaosProcess> processes,
    int maxConcurrency,
    int finalizationWaitSeconds,
    Optional<Duration> killAfter,
    TaskState outcome) {
  ChaosTask {
    processes = List.copyOf(processes);
  }

  ChaosProcess process(String name) {
    return processes.stream()
        .filter(process -> process.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no process " + name + " in " + id));
  }

  List<String> regular() {
    return processes.stream().filter(it -> !it.isFinal()).map(ChaosProcess::name).toList();
  }

  /**
   * What an executor is given.
   *
   * @param ledger the script that every process begins with
   */
  String json(Path ledger) {
    Map<String, Json> task = new LinkedHashMap<>();
    task.put("name", new Json.Text(id));
    task.put("processes", new Json.Array(processes.stream().map(it -> json(it, ledger)).toList()));
    task.put("constraints", new Json.Array(constraints()));
    task.put("max_failures", new Json.Int(1));
    task.put("max_concurrency", new Json.Int(maxConcurrency));
    task.put("finalization_wait", new Json.Int(finalizationWaitSeconds));
    task.put(
        "resources",
        new Json.Dictionary(
            Map.of(
                "cpu", new Json.Real(1),
                "ram", new Json.Int(1 << 20),
                "disk", new Json.Int(1 << 20))));
    return JsonWriter.write(new Json.Dictionary(task));
  }

  private Json json(ChaosProcess process, Path ledger) {
    List<String> earlier = process.isFinal() ? regular() : process.after();
    String begin = ". " + ledger + " " + process.name() + " " + String.join(" ", earlier);
    Map<String, Json> json = new LinkedHashMap<>();
    json.put("name", new Json.Text(process.name()));
    json.put("cmdline", new Json.Text(begin + "\n" + process.body()));
    json.put("max_failures", new Json.Int(process.maxFailures()));
    json.put("min_duration", new Json.Int(process.minDurationSeconds()));
    json.put("daemon", new Json.Bool(process.kind() == ChaosProcess.Kind.DAEMON));
    json.put("ephemeral", new Json.Bool(process.isEphemeral()));
    json.put("final", new Json.Bool(process.isFinal()));
    if (process.rotates()) {
      Json rotate =
          new Json.Dictionary(Map.of("log_size", new Json.Int(20_000), "backups", new Json.Int(2)));
      json.put(
          "logger",
          new Json.Dictionary(
              Map.of(
                  "destination",
                  new Json.Text("file"),
                  "mode",
                  new Json.Text("rotate"),
                  "rotate",
                  rotate)));
    }
    return new Json.Dictionary(json);
  }

  private List<Json> constraints() {
    List<Json> constraints = new ArrayList<>();
    for (ChaosProcess process : processes) {
      for (String earlier : process.after()) {
        List<Json> order = List.of(new Json.Text(earlier), new Json.Text(process.name()));
        constraints.add(new Json.Dictionary(Map.of("order", new Json.Array(order))));
      }
    }
    return constraints;
  }
}
