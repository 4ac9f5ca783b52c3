package org.thermos.executor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.mesos.ExecutorDriver;
import org.thermos.executor.ExecutorEffect.Company;
import org.thermos.flags.FlagParser;
import org.thermos.flags.FlagValues;
import org.thermos.flags.UsageException;
import org.thermos.log.LogFile;
import org.thermos.mesos.DriverUnavailableException;
import org.thermos.mesos.Drivers;
import org.thermos.mesos.EnvironmentException;
import org.thermos.mesos.HttpExecutorDriver;
import org.thermos.mesos.MesosEnvironment;
import org.thermos.process.Broker;
import org.thermos.process.CommandResult;
import org.thermos.process.LauncherEnvironment;
import org.thermos.process.Signal;
import org.thermos.process.UnixSignals;
import org.thermos.sandbox.SandboxSettings;

/**
 * The executor's program: what a Mesos agent starts (executor 6.1, 6.2). It takes one task, and
 * ends with it. For its exit codes see {@link ExecutorExit}.
 */
public final class ExecutorProgram {
  private static final String NAME = "thermos-executor";
  private static final long LOG_LIMIT_BYTES = 10 << 20;

  /** libmesos does not deliver before it stops (executor 6.5). */
  private static final Duration NATIVE_LINGER = Duration.ofSeconds(5);

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
      ExecutorOptions options = ExecutorOptions.from(flags);
      String runner = System.getProperty(RUNNER);
      if (runner == null) {
        throw new UsageException("cannot find the runner: start Java with -D" + RUNNER + "=PATH");
      }
      MesosEnvironment mesos = MesosEnvironment.parse(environment);
      RunnerCommand command = new RunnerCommand(Path.of(runner), options.runnerArguments());
      return run(options, sandboxes(options, flags), mesos, environment, command);
    } catch (UsageException | EnvironmentException | DriverUnavailableException e) {
      System.err.println(NAME + ": " + e.getMessage());
      return ExecutorExit.USAGE;
    } catch (IOException | RuntimeException e) {
      System.err.println(NAME + ": " + Causes.text(e));
      return ExecutorExit.INTERNAL_ERROR;
    }
  }

  private static SandboxSettings sandboxes(ExecutorOptions options, FlagValues flags) {
    return new SandboxSettings(
        options.accounts(),
        flags.get(ExecutorFlags.SANDBOX_MOUNT_POINT),
        flags.get(ExecutorFlags.MESOS_CONTAINERIZER_PATH),
        !flags.isSet(ExecutorFlags.NO_CREATE_USER),
        List.of(),
        command ->
            CompletableFuture.completedFuture(
                new CommandResult.NotRun("this executor cannot run programs yet")));
  }

  private static ExecutorExit run(
      ExecutorOptions options,
      SandboxSettings sandboxes,
      MesosEnvironment mesos,
      Map<String, String> environment,
      RunnerCommand command)
      throws EnvironmentException, DriverUnavailableException, IOException {
    Duration grace = mesos.shutdownGracePeriod();
    try (LogFile log =
            LogFile.open(
                mesos.sandbox().resolve("thermos_executor.log"),
                LOG_LIMIT_BYTES,
                Clock.systemUTC());
        Broker broker = Broker.inherited()) {
      for (String flag : options.ignored()) {
        log.info("--" + flag + " has no effect yet");
      }
      Inbox inbox = new Inbox(broker);
      Thread.setDefaultUncaughtExceptionHandler(
          (thread, thrown) -> {
            String cause = thread.getName() + ": " + Causes.text(thrown);
            log.error("Uncaught on " + thread.getName() + ": " + Causes.trace(thrown));
            inbox.post(new ExecutorEvent.Faulted(cause));
          });
      ThermosExecutor executor = new ThermosExecutor(inbox::post, grace, log);
      ExecutorDriver driver = Drivers.create(options.driver(), executor, environment, log::info);
      for (Signal signal : List.of(Signal.TERMINATE, Signal.INTERRUPT)) {
        // As if the agent had said so: the task must not be left without its executor.
        UnixSignals.handle(signal, () -> inbox.post(new ExecutorEvent.ShutdownRequested(grace)));
      }
      Duration linger = driver instanceof HttpExecutorDriver ? Duration.ZERO : NATIVE_LINGER;
      Map<String, String> runnerEnvironment = RunnerEnvironment.of(LauncherEnvironment.original());
      ExecutorService background = Background.start();
      BiFunction<String, Company, TaskHands> makeTask =
          (taskId, company) -> {
            TaskPlace place =
                company == Company.ALONE
                    ? TaskPlace.only(mesos.directory(), mesos.sandbox())
                    : TaskPlace.oneOfMany(mesos.directory(), mesos.sandbox(), taskId);
            Consumer<SupervisionEvent> events =
                event -> inbox.post(new ExecutorEvent.OfTask(taskId, event));
            return new TaskHands(
                broker,
                place,
                new TaskPreparation(place, sandboxes, command, log),
                new RunnerProcess(broker, place, runnerEnvironment, log),
                new Checkers(events, log),
                background,
                events,
                log);
          };
      UpdateSender updates = new UpdateSender(driver, new StatusFactory(Optional.empty()), log);
      ExecutorHands hands = new ExecutorHands(makeTask, driver, updates, log);
      ExecutorMachine machine =
          new ExecutorMachine(
              new MachineSettings(
                  options.relay(), options.maxTasks(), options.stopTimeout(), grace, linger));
      driver.start();
      watch(driver, inbox);
      try {
        return new ExecutorLoop(broker, inbox, machine, hands, System::nanoTime).run();
      } catch (IOException | RuntimeException | Error e) {
        return hands.abandon(e);
      } finally {
        driver.join();
      }
    }
  }

  /** However the driver ends, the executor must not outlive it. */
  private static void watch(ExecutorDriver driver, Inbox inbox) {
    Thread thread =
        new Thread(
            () -> {
              driver.join();
              inbox.post(new ExecutorEvent.AgentLost("The driver has ended"));
            },
            "thermos-driver-watch");
    thread.setDaemon(true);
    thread.start();
  }
}
