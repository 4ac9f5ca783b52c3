package org.thermos.executor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.thermos.announce.AnnouncerSettings;
import org.thermos.config.LoggerConfig;
import org.thermos.flags.Flag;
import org.thermos.flags.FlagValues;
import org.thermos.flags.UsageException;
import org.thermos.log.Log;
import org.thermos.mesos.DriverKind;
import org.thermos.runner.RunnerFlags;
import org.thermos.sandbox.AccountPolicy;

/**
 * The executor's command line, understood.
 *
 * @param createsUser whether the sandbox' owner is entered into a filesystem image
 * @param checksKeepAccount whether shell checks run as the executor does
 * @param announcer empty if nothing is announced
 * @param logDirectory empty for the sandbox
 * @param metricsPort empty if they are not served
 * @param runnerArguments what goes on to the runner as it was given
 * @param ignored names of the given flags that have no effect yet
 */
record ExecutorOptions(
    DriverKind driver,
    Relay relay,
    int maxTasks,
    AccountPolicy accounts,
    Optional<String> sandboxMountPoint,
    Optional<String> containerizer,
    boolean createsUser,
    boolean checksKeepAccount,
    Optional<AnnouncerSettings> announcer,
    Duration stopTimeout,
    Optional<Path> logDirectory,
    OptionalInt metricsPort,
    List<String> runnerArguments,
    List<String> ignored) {
  private static final int HIGHEST_PORT = 65535;

  /**
   * @param log takes what an operator should know, though it is no reason not to start
   */
  static ExecutorOptions from(FlagValues flags, Log log) throws UsageException {
    return new ExecutorOptions(
        driver(flags),
        relay(flags),
        maxTasks(flags),
        new AccountPolicy(
            flags.isSet(ExecutorFlags.NOSETUID)
                ? AccountPolicy.Mode.NOSETUID
                : AccountPolicy.Mode.ROLE,
            flags.get(ExecutorFlags.EXECUTE_AS_USER)),
        flags.get(ExecutorFlags.SANDBOX_MOUNT_POINT),
        flags.get(ExecutorFlags.MESOS_CONTAINERIZER_PATH),
        !flags.isSet(ExecutorFlags.NO_CREATE_USER),
        flags.isSet(ExecutorFlags.NOSETUID_HEALTH_CHECKS),
        AnnouncerOptions.from(flags, log),
        stopTimeout(flags),
        flags.get(ExecutorFlags.LOG_DIR).map(Path::of),
        metricsPort(flags),
        runnerArguments(flags),
        ExecutorFlags.WITHOUT_EFFECT.stream().filter(flags::isSet).map(Flag::name).toList());
  }

  private static DriverKind driver(FlagValues flags) throws UsageException {
    try {
      return DriverKind.parse(flags.require(ExecutorFlags.DRIVER));
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private static Relay relay(FlagValues flags) throws UsageException {
    String text = flags.require(ExecutorFlags.RELAY);
    return switch (text) {
      case "task" -> Relay.TASK;
      case "process" -> Relay.PROCESS;
      default ->
          throw new UsageException("cannot use --relay=" + text + ": it is not task or process");
    };
  }

  private static int maxTasks(FlagValues flags) throws UsageException {
    return between(flags, ExecutorFlags.MAX_TASKS, 1, Integer.MAX_VALUE);
  }

  private static Duration stopTimeout(FlagValues flags) throws UsageException {
    return Duration.ofSeconds(between(flags, ExecutorFlags.STOP_TIMEOUT, 0, Integer.MAX_VALUE));
  }

  private static OptionalInt metricsPort(FlagValues flags) throws UsageException {
    int port = between(flags, ExecutorFlags.HTTP_PORT, 0, HIGHEST_PORT);
    return flags.isSet(ExecutorFlags.ENABLE_HTTP) ? OptionalInt.of(port) : OptionalInt.empty();
  }

  /** A flag that has a default, and so no other way to be without a value than being empty. */
  private static int between(FlagValues flags, Flag flag, int least, int most)
      throws UsageException {
    int number = flags.getInt(flag).orElseThrow(() -> unusable(flag, "", "a whole number"));
    if (number < least || number > most) {
      String range =
          most == Integer.MAX_VALUE ? "at least " + least : "from " + least + " to " + most;
      throw new UsageException(
          "cannot use --" + flag.name() + "=" + number + ": it must be " + range);
    }
    return number;
  }

  // Checked here, where one line says it to whoever set the flags, rather than by each runner.
  private static List<String> runnerArguments(FlagValues flags) throws UsageException {
    Optional<String> destination = flags.get(ExecutorFlags.RUNNER_LOGGER_DESTINATION);
    if (destination.isPresent() && LoggerConfig.Destination.of(destination.get()).isEmpty()) {
      throw unusable(
          ExecutorFlags.RUNNER_LOGGER_DESTINATION,
          destination.get(),
          "one of file, console, both or none");
    }
    Optional<String> mode = flags.get(ExecutorFlags.RUNNER_LOGGER_MODE);
    if (mode.isPresent() && LoggerConfig.Mode.of(mode.get()).isEmpty()) {
      throw unusable(ExecutorFlags.RUNNER_LOGGER_MODE, mode.get(), "standard or rotate");
    }
    List<String> arguments = new ArrayList<>();
    add(arguments, RunnerFlags.PROCESS_LOGGER_DESTINATION, destination);
    add(arguments, RunnerFlags.PROCESS_LOGGER_MODE, mode);
    add(
        arguments,
        RunnerFlags.ROTATE_LOG_SIZE_MB,
        wholeNumber(flags, ExecutorFlags.RUNNER_ROTATE_LOG_SIZE_MB));
    add(
        arguments,
        RunnerFlags.ROTATE_LOG_BACKUPS,
        wholeNumber(flags, ExecutorFlags.RUNNER_ROTATE_LOG_BACKUPS));
    if (flags.isSet(ExecutorFlags.PRESERVE_ENV)) {
      arguments.add("--" + RunnerFlags.PRESERVE_ENV.name());
    }
    return arguments;
  }

  private static void add(List<String> arguments, Flag flag, Optional<String> value) {
    value.ifPresent(text -> arguments.add("--" + flag.name() + "=" + text));
  }

  private static Optional<String> wholeNumber(FlagValues flags, Flag flag) throws UsageException {
    return flags.getInt(flag).stream().mapToObj(Integer::toString).findFirst();
  }

  private static UsageException unusable(Flag flag, String value, String wanted) {
    return new UsageException(
        "cannot use --" + flag.name() + "=" + value + ": it is not " + wanted);
  }
}
