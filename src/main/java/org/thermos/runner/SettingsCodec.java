package org.thermos.runner;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.thermos.config.LoggerConfig;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonException;
import org.thermos.config.json.JsonReader;
import org.thermos.config.json.JsonWriter;

/**
 * {@link TaskSettings} as JSON on one line, its keys named like the runner's flags. Keys that are
 * not known are ignored: another release may have written them. One that changes what the present
 * keys mean has to raise the version, and is then refused.
 */
final class SettingsCodec {
  private static final int VERSION = 1;

  private SettingsCodec() {}

  static byte[] encode(TaskSettings settings) {
    Map<String, Json> members = new LinkedHashMap<>();
    members.put("version", new Json.Int(VERSION));
    members.put("checkpoint_root", text(settings.checkpointRoot()));
    members.put("sandbox", text(settings.sandbox()));
    members.put("user", text(settings.user()));
    members.put("uid", new Json.Int(settings.uid()));
    members.put("enable_chroot", new Json.Bool(settings.chroot()));
    put(members, "mesos_containerizer_path", settings.containerizer());
    put(members, "container_sandbox", settings.containerSandbox());
    put(members, "mesos_directory", settings.mesosDirectory());
    put(members, "path", settings.searchPath());
    members.put("preserve_env", new Json.Bool(settings.preserveEnvironment()));
    Map<String, Json> ports = new LinkedHashMap<>();
    settings.ports().forEach((name, port) -> ports.put(name, new Json.Int(port)));
    members.put("port", new Json.Dictionary(ports));
    put(members, "hostname", settings.hostname());
    LoggerDefaults logger = settings.loggerDefaults();
    put(
        members,
        "process_logger_destination",
        logger.destination().map(LoggerConfig.Destination::value));
    put(members, "process_logger_mode", logger.mode().map(LoggerConfig.Mode::value));
    put(members, "rotate_log_size_mb", logger.sizeMebibytes());
    put(members, "rotate_log_backups", logger.backups());
    members.put("kill_wait_secs", new Json.Int(settings.killWait().toSeconds()));
    members.put("log_dir", text(settings.logDirectory()));
    members.put("task_reads_back", new Json.Bool(settings.taskReadsBack()));
    String line = JsonWriter.write(new Json.Dictionary(members)) + "\n";
    return line.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @throws SettingsException naming what is missing or makes no sense
   */
  static TaskSettings decode(byte[] content) throws SettingsException {
    Members members = new Members(read(content));
    int version = members.number("version").orElse(0);
    if (version != VERSION) {
      throw new SettingsException(
          "they are of version " + version + ", of which only " + VERSION + " is understood");
    }
    return new TaskSettings(
        members.required("checkpoint_root", members.path("checkpoint_root")),
        members.required("sandbox", members.path("sandbox")),
        members.required("user", members.text("user")),
        members.required("uid", boxed(members.number("uid"))),
        members.required("enable_chroot", members.bool("enable_chroot")),
        members.path("mesos_containerizer_path"),
        members.text("container_sandbox"),
        members.text("mesos_directory"),
        members.text("path"),
        members.required("preserve_env", members.bool("preserve_env")),
        members.numbers("port"),
        members.text("hostname"),
        new LoggerDefaults(
            members.choice("process_logger_destination", LoggerConfig.Destination::of),
            members.choice("process_logger_mode", LoggerConfig.Mode::of),
            members.number("rotate_log_size_mb"),
            members.number("rotate_log_backups")),
        Duration.ofSeconds(
            members.required("kill_wait_secs", boxed(members.number("kill_wait_secs")))),
        members.required("log_dir", members.path("log_dir")),
        members.required("task_reads_back", members.bool("task_reads_back")));
  }

  private static Map<String, Json> read(byte[] content) throws SettingsException {
    try {
      if (JsonReader.read(content) instanceof Json.Dictionary object) {
        return object.members();
      }
    } catch (JsonException e) {
      throw new SettingsException(e.getMessage(), e);
    }
    throw new SettingsException("they are no JSON object");
  }

  private static Json text(Object value) {
    return new Json.Text(value.toString());
  }

  private static void put(Map<String, Json> members, String key, Optional<?> value) {
    value.ifPresent(present -> members.put(key, text(present)));
  }

  private static void put(Map<String, Json> members, String key, OptionalInt value) {
    value.ifPresent(present -> members.put(key, new Json.Int(present)));
  }

  private static Optional<Integer> boxed(OptionalInt value) {
    return value.isPresent() ? Optional.of(value.getAsInt()) : Optional.empty();
  }

  /** Members by key; one of a wrong type is an error, one that is missing is not yet. */
  private record Members(Map<String, Json> members) {
    <T> T required(String key, Optional<T> value) throws SettingsException {
      return value.orElseThrow(() -> new SettingsException(key + " is missing"));
    }

    Optional<String> text(String key) throws SettingsException {
      Json value = members.get(key);
      if (value == null) {
        return Optional.empty();
      }
      if (value instanceof Json.Text text) {
        return Optional.of(text.value());
      }
      throw wrong(key, "a string");
    }

    Optional<Path> path(String key) throws SettingsException {
      Optional<String> text = text(key);
      try {
        Optional<Path> path = text.map(Path::of);
        if (path.isPresent() && !path.get().isAbsolute()) {
          throw wrong(key, "an absolute path");
        }
        return path;
      } catch (InvalidPathException e) {
        throw wrong(key, "an absolute path");
      }
    }

    Optional<Boolean> bool(String key) throws SettingsException {
      Json value = members.get(key);
      if (value == null) {
        return Optional.empty();
      }
      if (value instanceof Json.Bool bool) {
        return Optional.of(bool.value());
      }
      throw wrong(key, "true or false");
    }

    OptionalInt number(String key) throws SettingsException {
      Json value = members.get(key);
      return value == null ? OptionalInt.empty() : OptionalInt.of(number(key, value));
    }

    private static int number(String key, Json value) throws SettingsException {
      if (value instanceof Json.Int number
          && number.value().signum() >= 0
          && number.value().bitLength() < Integer.SIZE) {
        return number.value().intValueExact();
      }
      throw wrong(key, "a number from 0 to 2147483647");
    }

    Map<String, Integer> numbers(String key) throws SettingsException {
      Map<String, Integer> numbers = new LinkedHashMap<>();
      Json value = members.getOrDefault(key, new Json.Dictionary(Map.of()));
      if (!(value instanceof Json.Dictionary object)) {
        throw wrong(key, "an object");
      }
      for (Map.Entry<String, Json> member : object.members().entrySet()) {
        numbers.put(member.getKey(), number(key, member.getValue()));
      }
      return numbers;
    }

    <T> Optional<T> choice(String key, Function<String, Optional<T>> of) throws SettingsException {
      Optional<String> text = text(key);
      Optional<T> choice = text.flatMap(of);
      if (text.isPresent() && choice.isEmpty()) {
        throw wrong(key, "one of the values that the flag of this name takes");
      }
      return choice;
    }

    private static SettingsException wrong(String key, String expected) {
      return new SettingsException(key + " is not " + expected);
    }
  }
}
