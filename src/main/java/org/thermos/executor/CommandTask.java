package org.thermos.executor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.mesos.Protos.CommandInfo;
import org.thermos.config.ConfigException;
import org.thermos.config.ConfigException.Kind;
import org.thermos.config.json.Json;

/** The task that a Mesos command alone makes: one process, named after the task. */
final class CommandTask {
  /** Holds a command line in which braces would be taken for templates. */
  static final String COMMAND_VARIABLE = "THERMOS_COMMAND";

  /** Characters of up to four bytes: a process name has up to 243. */
  private static final int MAXIMUM_NAME = 60;

  private static final String NAMELESS = "command";

  private CommandTask() {}

  /**
   * @param variable for a command line that cannot be in the configuration as it is
   */
  record Configured(Json.Dictionary job, Optional<String> variable) {}

  static Configured of(String taskName, CommandInfo command, Json.Dictionary resources)
      throws ConfigException {
    String line = line(command);
    boolean hasTemplates = line.contains("{{");
    String name = processName(taskName);
    Map<String, Json> process = new LinkedHashMap<>();
    process.put("name", new Json.Text(name));
    process.put(
        "cmdline", new Json.Text(hasTemplates ? "eval \"$" + COMMAND_VARIABLE + "\"" : line));
    Map<String, Json> task = new LinkedHashMap<>();
    task.put("name", new Json.Text(name));
    task.put("processes", new Json.Array(List.of(new Json.Dictionary(process))));
    task.put("resources", resources);
    Map<String, Json> job = new LinkedHashMap<>();
    job.put("task", new Json.Dictionary(task));
    if (command.hasUser()) {
      job.put("role", new Json.Text(checkedUser(command.getUser())));
    }
    // A job's own default would be to be asked over HTTP to stop.
    job.put("lifecycle", new Json.Dictionary(Map.of()));
    return new Configured(
        new Json.Dictionary(job), hasTemplates ? Optional.of(line) : Optional.empty());
  }

  /** As a shell is given it. */
  private static String line(CommandInfo command) throws ConfigException {
    String value = command.getValue();
    if (value.isBlank()) {
      throw refused("its command has no value: set what is to be run");
    }
    String line = command.getShell() ? value : quotedLine(command);
    if (line.indexOf('\0') >= 0) {
      throw refused("its command has a NUL character");
    }
    return line;
  }

  /** The value is what is executed; the first argument is what it is told that it is called. */
  private static String quotedLine(CommandInfo command) {
    List<String> words = new ArrayList<>(command.getArgumentsList());
    String name = words.isEmpty() ? command.getValue() : words.remove(0);
    words.add(0, command.getValue());
    return "exec -a "
        + quoted(name)
        + " -- "
        + words.stream().map(CommandTask::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private static String checkedUser(String user) throws ConfigException {
    if (user.isBlank()
        || user.contains("{{")
        || user.codePoints().anyMatch(Character::isISOControl)) {
      throw refused("its command's user '" + Causes.line(user) + "' is no name of an account");
    }
    return user;
  }

  /** A name that can be that of a directory, and no template. */
  static String processName(String taskName) {
    StringBuilder name = new StringBuilder();
    taskName
        .strip()
        .codePoints()
        .limit(MAXIMUM_NAME)
        .map(c -> isUnfit(c) ? '_' : c)
        .forEach(name::appendCodePoint);
    if (name.length() == 0) {
      return NAMELESS;
    }
    if (name.charAt(0) == '.') {
      name.setCharAt(0, '_');
    }
    return name.toString();
  }

  private static boolean isUnfit(int c) {
    return c == '/'
        || c == '{'
        || c == '}'
        || Character.isISOControl(c)
        || Character.getType(c) == Character.SURROGATE;
  }

  private static ConfigException refused(String why) {
    return new ConfigException(
        Kind.UNREADABLE, "Could not deserialize task. Cannot run it: " + why);
  }
}
