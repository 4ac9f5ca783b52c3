package org.thermos.executor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.thermos.flags.FlagParser;
import org.thermos.flags.FlagValues;
import org.thermos.flags.UsageException;
import org.thermos.log.LogFile;
import org.thermos.log.StandardErrorLog;
import org.thermos.mesos.DriverUnavailableException;
import org.thermos.mesos.EnvironmentException;
import org.thermos.mesos.MesosEnvironment;
import org.thermos.process.Broker;

/**
 * The executor's program: what a Mesos agent starts (executor 6.1, 6.2). It takes one task, or as
 * many as --max-tasks says, and ends with it. For its exit codes see {@link ExecutorExit}.
 */
public final class ExecutorProgram {
  private static final String NAME = "thermos-executor";
  private static final long LOG_LIMIT_BYTES = 10 << 20;

  /** The system property that holds the path of the runner's program. */
  private static final String RUNNER = "thermos.runner";

  private ExecutorProgram() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, System.getenv()).code());
  }

  private static ExecutorExit run(String[] arguments, Map<String, String> environment) {
    FlagParser parser = FlagParser.grouped(NAME, ExecutorFlags.ALL);
    try {
      FlagValues flags = parser.parse(arguments);
      if (flags.isSet(ExecutorFlags.HELP)) {
        System.out.print(parser.help());
        return ExecutorExit.DONE;
      }
      ExecutorOptions options = ExecutorOptions.from(flags, StandardErrorLog.INSTANCE);
      String runner = System.getProperty(RUNNER);
      if (runner == null) {
        throw new UsageException("cannot find the runner: start Java with -D" + RUNNER + "=PATH");
      }
      MesosEnvironment mesos = MesosEnvironment.parse(environment);
      RunnerCommand command = new RunnerCommand(Path.of(runner), options.runnerArguments());
      return run(options, mesos, environment, command);
    } catch (UsageException | EnvironmentException | DriverUnavailableException e) {
      System.err.println(NAME + ": " + e.getMessage());
      return ExecutorExit.USAGE;
    } catch (IOException | RuntimeException e) {
      System.err.println(NAME + ": " + Causes.text(e));
      return ExecutorExit.INTERNAL_ERROR;
    }
  }

  private static ExecutorExit run(
      ExecutorOptions options,
      MesosEnvironment mesos,
      Map<String, String> environment,
      RunnerCommand command)
      throws EnvironmentException, DriverUnavailableException, IOException {
    Path directory = options.logDirectory().orElse(mesos.sandbox());
    Path file = directory.resolve("thermos_executor.log");
    try (LogFile log = LogFile.open(file, LOG_LIMIT_BYTES, Clock.systemUTC());
        Broker broker = Broker.inherited()) {
      for (String flag : options.ignored()) {
        log.info("--" + flag + " has no effect");
      }
      try (ExecutorAssembly executor =
          new ExecutorAssembly(options, mesos, environment, command, broker, log)) {
        return executor.run();
      }
    }
  }
}
