package org.thermos.config;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a well-typed task must keep to (config 5.5 rows 1 and 3). Stricter than the original where
 * gaps 9.5 says so: duplicate names, no processes, negative values, names that are no file names.
 */
final class TaskRules {
  /** The longest file name made of a process' name is that of its checkpoint. */
  private static final String LONGEST_PREFIX = "coordinator.";

  private static final int MAXIMUM_FILE_NAME = 255;

  private TaskRules() {}

  static void check(Task task) throws ConfigException {
    requireProcesses(task);
    checkNames(task);
    checkRanges(task);
    ConstraintValidator.check(task.processes(), task.constraints());
  }

  private static void requireProcesses(Task task) throws ConfigException {
    if (task.processes().isEmpty()) {
      throw ConfigException.invalid(
          "Failed to fully evaluate task: Task[processes] is required: at least one process.");
    }
  }

  private static void checkNames(Task task) throws ConfigException {
    Set<String> names = new HashSet<>();
    for (ProcessConfig process : task.processes()) {
      checkName(process.name());
      if (!names.add(process.name())) {
        throw invalidProcess("Duplicate process name: " + process.name());
      }
    }
  }

  private static void checkName(String name) throws ConfigException {
    if (name.isEmpty() || name.startsWith(".") || name.contains("/")) {
      throw invalidProcess("Invalid process name: " + name);
    }
    for (int i = 0; i < name.length(); i++) {
      if (Character.isISOControl(name.charAt(i))) {
        throw invalidProcess(
            "Invalid process name: " + printable(name) + " (it has a control character)");
      }
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw invalidProcess(
          "Invalid process name: " + printable(name) + " (it has half of a surrogate pair)");
    }
    int bytes = (LONGEST_PREFIX + name).getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAXIMUM_FILE_NAME) {
      int most = MAXIMUM_FILE_NAME - LONGEST_PREFIX.length();
      throw invalidProcess(
          "Invalid process name: " + name + " (it is longer than " + most + " bytes)");
    }
  }

  private static ConfigException invalidProcess(String what) {
    return ConfigException.invalid("Task has invalid process: " + what);
  }

  private static String printable(String name) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean odd = Character.isISOControl(c) || Character.isSurrogate(c);
      text.append(odd ? String.format("\\u%04x", (int) c) : String.valueOf(c));
    }
    return text.toString();
  }

  private static void checkRanges(Task task) throws ConfigException {
    requireNotNegative("Task[max_failures]", task.maxFailures() >= 0);
    requireNotNegative("Task[max_concurrency]", task.maxConcurrency() >= 0);
    requireNotNegative("Task[finalization_wait]", !task.finalizationWait().isNegative());
    if (task.resources().isPresent()) {
      checkRanges(task.resources().get());
    }
    for (ProcessConfig process : task.processes()) {
      checkRanges(process);
    }
  }

  private static void checkRanges(Resources resources) throws ConfigException {
    String path = "Task[resources] failed: Resources";
    requireNotNegative(path + "[cpu]", resources.cpu() >= 0); // nor may it be NaN
    requireNotNegative(path + "[ram]", resources.ram() >= 0);
    requireNotNegative(path + "[disk]", resources.disk() >= 0);
    requireNotNegative(path + "[gpu]", resources.gpu() >= 0);
  }

  private static void checkRanges(ProcessConfig process) throws ConfigException {
    String path = "Task[processes] failed: Element in ProcessList failed check: Process";
    requireNotNegative(path + "[max_failures]", process.maxFailures() >= 0);
    requireNotNegative(path + "[min_duration]", !process.minDuration().isNegative());
    Optional<RotatePolicy> rotate = process.logger().flatMap(LoggerConfig::rotate);
    if (rotate.isPresent()) {
      String rotatePath = path + "[logger] failed: Logger[rotate] failed: RotatePolicy";
      requireNotNegative(rotatePath + "[log_size]", rotate.get().logSize() >= 0);
      requireNotNegative(rotatePath + "[backups]", rotate.get().backups() >= 0);
    }
  }

  private static void requireNotNegative(String field, boolean holds) throws ConfigException {
    if (!holds) {
      throw ConfigException.invalid(
          "Failed to fully evaluate task: " + field + " failed: it must not be negative.");
    }
  }
}
