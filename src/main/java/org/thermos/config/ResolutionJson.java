package org.thermos.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.thermos.config.Assignment.ContainerKind;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonException;
import org.thermos.config.json.JsonReader;

/** What became of an assignment, as JSON for people and for tests. */
public final class ResolutionJson {
  /** Where tasks are announced unless an executor's flags say otherwise. */
  private static final String SERVERSET_ROOT = "/aurora";

  private ResolutionJson() {}

  /** An assignment that can run. */
  public static Json accepted(Resolution resolution) {
    Map<String, Json> out = new LinkedHashMap<>();
    out.put("outcome", text("accepted"));
    out.put("task_instance", resolution.instance().json());
    out.put("ports", ports(resolution.ports()));
    out.put("health_check", healthCheck(resolution));
    out.put("lifecycle", lifecycle(resolution.lifecycle()));
    out.put("announce", announcement(resolution));
    out.put("task", task(resolution.boundTask().json()));
    List<Json> warnings = new ArrayList<>();
    resolution.warnings().forEach(warning -> warnings.add(text(warning)));
    out.put("warnings", new Json.Array(warnings));
    return new Json.Dictionary(out);
  }

  /** An assignment that cannot. */
  public static Json refused(ConfigException refusal) {
    Map<String, Json> out = new LinkedHashMap<>();
    out.put("outcome", text("refused"));
    out.put("message", text(refusal.getMessage()));
    return new Json.Dictionary(out);
  }

  private static Json text(String value) {
    return new Json.Text(value);
  }

  private static Json seconds(Duration duration) {
    return new Json.Real(duration.toNanos() / 1e9);
  }

  private static Json task(String json) {
    try {
      return JsonReader.read(json);
    } catch (JsonException e) {
      throw new IllegalStateException("a bound task's JSON is no JSON", e);
    }
  }

  private static Json ports(Map<String, Integer> ports) {
    Map<String, Json> out = new LinkedHashMap<>();
    ports.forEach((name, port) -> out.put(name, new Json.Int(port)));
    return new Json.Dictionary(out);
  }

  private static Json healthCheck(Resolution resolution) {
    Map<String, Json> out = new LinkedHashMap<>();
    HealthCheck check = resolution.healthCheck();
    if (check instanceof HealthCheck.Http http) {
      out.put("kind", text("http"));
      out.put("url", text(http.url()));
      out.put("expected_response", text(http.expectedResponse()));
      out.put("expected_response_code", code(http.expectedResponseCode()));
      putTiming(http.timing(), out);
    } else if (check instanceof HealthCheck.Tcp tcp) {
      out.put("kind", text("tcp"));
      out.put("port", new Json.Int(tcp.port()));
      putTiming(tcp.timing(), out);
    } else if (check instanceof HealthCheck.Shell shell) {
      boolean image = resolution.assignment().container() == ContainerKind.IMAGE;
      out.put("kind", text("shell"));
      out.put("command", text(shell.command()));
      out.put("runs_as_role", new Json.Bool(!image));
      if (!image) { // in an image the command is wrapped for the executor's paths
        out.put(
            "wrapped_command",
            new Json.Array(List.of(text("/bin/bash"), text("-c"), text(shell.command()))));
      }
      putTiming(shell.timing(), out);
    } else {
      out.put("kind", text("none"));
      out.put("status", text("No health-check defined, task is assumed healthy."));
    }
    return new Json.Dictionary(out);
  }

  /** One code as a number, as in the original. */
  private static Json code(StatusCodes codes) {
    if (codes.ranges().isEmpty()) {
      return new Json.Int(0);
    }
    StatusCodes.Range first = codes.ranges().get(0);
    boolean single = codes.ranges().size() == 1 && first.first() == first.last();
    return single ? new Json.Int(first.first()) : text(codes.toString());
  }

  private static void putTiming(HealthCheck.Timing timing, Map<String, Json> out) {
    out.put("timeout_secs", seconds(timing.timeout()));
    out.put("interval_secs", seconds(timing.interval()));
    out.put("grace_period_secs", seconds(timing.gracePeriod()));
    out.put("max_consecutive_failures", new Json.Int(timing.maxConsecutiveFailures()));
    out.put("min_consecutive_successes", new Json.Int(timing.minConsecutiveSuccesses()));
    out.put("forgiving_attempts", new Json.Real((double) timing.forgivingAttempts()));
    out.put("max_attempts_to_running", new Json.Real((double) timing.maxAttemptsToRunning()));
  }

  private static Json lifecycle(Lifecycle lifecycle) {
    Map<String, Json> out = new LinkedHashMap<>();
    if (lifecycle instanceof Lifecycle.Http http) {
      List<Json> escalation = new ArrayList<>();
      for (Lifecycle.Step step : http.escalation()) {
        escalation.add(
            new Json.Dictionary(
                Map.of("POST", text(step.endpoint()), "wait", text(amount(step.grace())))));
      }
      out.put("managed", new Json.Bool(true));
      out.put("port", new Json.Int(http.port()));
      out.put("escalation", new Json.Array(escalation));
    } else {
      out.put("managed", new Json.Bool(false));
      out.put("why", text(((Lifecycle.Unmanaged) lifecycle).why()));
    }
    return new Json.Dictionary(out);
  }

  /** Whole seconds in the largest unit that they are a multiple of, as the original's logs say. */
  private static String amount(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + " days";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + " hrs";
    }
    return seconds % 60 == 0 ? seconds / 60 + " mins" : seconds + " secs";
  }

  private static Json announcement(Resolution resolution) {
    if (resolution.announcement().isEmpty()) {
      return Json.Null.NULL;
    }
    Announcement announcement = resolution.announcement().get();
    String host = resolution.assignment().hostname();
    Map<String, Json> additional = new LinkedHashMap<>();
    resolution.ports().forEach((name, port) -> additional.put(name, text(host + ":" + port)));
    Map<String, Json> out = new LinkedHashMap<>();
    out.put("path", text(announcement.path(SERVERSET_ROOT)));
    out.put("timeout_secs", seconds(announcement.connectionTimeout()));
    out.put("endpoint", text(host + ":" + announcement.primaryPort()));
    out.put("additional", new Json.Dictionary(additional));
    out.put("shard", new Json.Int(announcement.shard()));
    return new Json.Dictionary(out);
  }
}
