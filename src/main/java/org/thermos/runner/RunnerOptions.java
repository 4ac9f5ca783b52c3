package org.thermos.runner;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.thermos.checkpoint.TaskState;
import org.thermos.config.LoggerConfig;
import org.thermos.flags.Flag;
import org.thermos.flags.FlagValues;
import org.thermos.flags.UsageException;

/**
 * The runner's command line, understood. Says nothing about whether files or accounts exist.
 *
 * @param taskId absent if the task's name and the time shall make one
 * @param user account for the processes; absent for the runner's own
 * @param stop how the task is to end, if the runner is started only to end it: KILLED or LOST
 * @param killWait how long a graceful stop may take, finalizers included
 */
public record RunnerOptions(
    Path taskFile,
    Path sandbox,
    Optional<String> containerSandbox,
    Path checkpointRoot,
    Optional<String> taskId,
    Optional<String> user,
    boolean chroot,
    Optional<Path> containerizer,
    boolean preserveEnvironment,
    Map<String, Integer> ports,
    Optional<String> hostname,
    LoggerDefaults loggerDefaults,
    Optional<TaskState> stop,
    Duration killWait,
    Path logDirectory) {

  public static RunnerOptions from(FlagValues flags) throws UsageException {
    return new RunnerOptions(
        Path.of(flags.require(RunnerFlags.THERMOS_JSON)).toAbsolutePath(),
        Path.of(flags.require(RunnerFlags.SANDBOX)).toAbsolutePath().normalize(),
        flags.get(RunnerFlags.CONTAINER_SANDBOX),
        Path.of(flags.require(RunnerFlags.CHECKPOINT_ROOT)).toAbsolutePath().normalize(),
        flags.get(RunnerFlags.TASK_ID),
        flags.get(RunnerFlags.SETUID),
        flags.isSet(RunnerFlags.ENABLE_CHROOT),
        flags.get(RunnerFlags.MESOS_CONTAINERIZER_PATH).map(Path::of),
        flags.isSet(RunnerFlags.PRESERVE_ENV),
        ports(flags),
        flags.get(RunnerFlags.HOSTNAME),
        new LoggerDefaults(
            choice(
                flags,
                RunnerFlags.PROCESS_LOGGER_DESTINATION,
                LoggerConfig.Destination::of,
                "file, console, both or none"),
            choice(
                flags,
                RunnerFlags.PROCESS_LOGGER_MODE,
                LoggerConfig.Mode::of,
                "standard or rotate"),
            flags.getInt(RunnerFlags.ROTATE_LOG_SIZE_MB),
            flags.getInt(RunnerFlags.ROTATE_LOG_BACKUPS)),
        stop(flags),
        killWait(flags),
        Path.of(flags.require(RunnerFlags.LOG_DIR)).toAbsolutePath());
  }

  static Optional<TaskState> stop(FlagValues flags) throws UsageException {
    return choice(flags, RunnerFlags.STOP, RunnerOptions::outcome, "killed or lost");
  }

  static Duration killWait(FlagValues flags) throws UsageException {
    return Duration.ofSeconds(Math.max(0, flags.getInt(RunnerFlags.KILL_WAIT_SECS).orElse(0)));
  }

  /** How long processes and finalizers may take when the task is to end so (runner 3.8). */
  Duration stopBudget(TaskState outcome) {
    return outcome == TaskState.LOST ? Duration.ZERO : killWait;
  }

  private static Optional<TaskState> outcome(String text) {
    return switch (text) {
      case "killed" -> Optional.of(TaskState.KILLED);
      case "lost" -> Optional.of(TaskState.LOST);
      default -> Optional.empty();
    };
  }

  private static Map<String, Integer> ports(FlagValues flags) throws UsageException {
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (String text : flags.all(RunnerFlags.PORT)) {
      int colon = text.indexOf(':');
      if (colon < 1 || colon != text.lastIndexOf(':')) {
        throw new UsageException(
            "Invalid value for --port: " + text + " should be of form NAME:PORT");
      }
      try {
        ports.put(text.substring(0, colon), Integer.valueOf(text.substring(colon + 1)));
      } catch (NumberFormatException e) {
        throw new UsageException(
            "Port does not appear to be an integer: " + text.substring(colon + 1));
      }
    }
    return Map.copyOf(ports);
  }

  private static <T> Optional<T> choice(
      FlagValues flags, Flag flag, Function<String, Optional<T>> of, String choices)
      throws UsageException {
    Optional<String> text = flags.get(flag);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<T> value = of.apply(text.get());
    if (value.isEmpty()) {
      throw new UsageException(
          "cannot use --" + flag.name() + "=" + text.get() + ": it is not one of " + choices);
    }
    return value;
  }
}
