package org.thermos.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonWriter;
import org.thermos.fuzz.FuzzInput;
import org.thermos.fuzz.Require;

/** Any texts as the names and command lines of a task: references to each other and themselves. */
public final class TemplateFuzz {
  private static final int MOST_PROCESSES = 6;

  private TemplateFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    FuzzInput input = new FuzzInput(bytes);
    Map<String, Json> task = new LinkedHashMap<>();
    task.put("name", new Json.Text(input.text()));
    task.put("max_failures", new Json.Text(input.text()));
    List<Json> processes = new ArrayList<>();
    do {
      Map<String, Json> process = new LinkedHashMap<>();
      process.put("name", new Json.Text(input.text()));
      process.put("cmdline", new Json.Text(input.text()));
      processes.add(new Json.Dictionary(process));
    } while (!input.isEmpty() && processes.size() < MOST_PROCESSES);
    task.put("processes", new Json.Array(processes));
    String json = JsonWriter.write(new Json.Dictionary(task));
    try {
      TaskFuzz.requireSameFromDisk(
          TaskFuzz.bind(TaskTemplate.parse(json.getBytes(StandardCharsets.UTF_8))));
    } catch (ConfigException e) {
      Require.that(!e.getMessage().isBlank(), "a refusal says why");
    }
  }
}
