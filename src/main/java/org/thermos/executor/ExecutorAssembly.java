package org.thermos.executor;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.apache.mesos.ExecutorDriver;
import org.apache.mesos.Protos.ContainerInfo;
import org.thermos.announce.AnnouncerService;
import org.thermos.executor.ExecutorEffect.Company;
import org.thermos.health.HealthService;
import org.thermos.log.Log;
import org.thermos.mesos.DriverStatistics;
import org.thermos.mesos.DriverUnavailableException;
import org.thermos.mesos.Drivers;
import org.thermos.mesos.EnvironmentException;
import org.thermos.mesos.HttpExecutorDriver;
import org.thermos.mesos.MesosEnvironment;
import org.thermos.process.Broker;
import org.thermos.process.LauncherEnvironment;
import org.thermos.process.Signal;
import org.thermos.process.UnixSignals;
import org.thermos.resources.ControlGroup;
import org.thermos.resources.DiskMeter;
import org.thermos.resources.OutOfMemoryWatch;
import org.thermos.sandbox.SandboxSettings;

/**
 * Puts an executor together: one loop, one driver, the services that all tasks share, and for each
 * task hands of its own.
 */
final class ExecutorAssembly implements AutoCloseable {
  /** libmesos does not deliver before it stops (executor 6.5). */
  private static final Duration NATIVE_LINGER = Duration.ofSeconds(5);

  private final ExecutorOptions options;
  private final MesosEnvironment mesos;
  private final Map<String, String> variables;
  private final RunnerCommand runner;
  private final Log log;

  private final Broker broker;
  private final Inbox inbox;
  private final ThermosExecutor executor;
  private final ExecutorDriver driver;

  private final Map<String, String> environment =
      RunnerEnvironment.of(LauncherEnvironment.original());
  private final ExecutorService background = Background.start();
  private final BrokerCommands commands;
  private final DiskMeter disk;
  private final HealthService health;
  private final Optional<AnnouncerService> announcer;
  private final UsageSampler usages = new UsageSampler(System::nanoTime);
  private final ExecutorMetrics metrics;
  private final OutOfMemoryWatch outOfMemory = new OutOfMemoryWatch(ControlGroup.own());

  /**
   * @param variables the executor's environment
   */
  ExecutorAssembly(
      ExecutorOptions options,
      MesosEnvironment mesos,
      Map<String, String> variables,
      RunnerCommand runner,
      Broker broker,
      Log log)
      throws EnvironmentException, DriverUnavailableException {
    this.options = options;
    this.mesos = mesos;
    this.variables = variables;
    this.runner = runner;
    this.broker = broker;
    this.log = log;
    inbox = new Inbox(broker);
    executor = new ThermosExecutor(inbox::post, mesos.shutdownGracePeriod(), log);
    driver = Drivers.create(options.driver(), executor, variables, log::info);
    commands = new BrokerCommands(broker, inbox::perform);
    disk = new DiskMeter(broker, log);
    health = new HealthService(variables, commands, System::nanoTime, log);
    announcer = options.announcer().map(settings -> new AnnouncerService(settings, log));
    metrics =
        new ExecutorMetrics(
            mesos.sandbox().resolve("thermos_executor.prom"), this::statistics, log);
    metrics.serve(options.metricsPort());
  }

  /**
   * Runs the executor to its end.
   *
   * @throws DriverUnavailableException if the driver cannot be started
   */
  ExecutorExit run() throws DriverUnavailableException {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> {
          log.error("Uncaught on " + thread.getName() + ": " + Causes.trace(thrown));
          String cause = thread.getName() + ": " + Causes.text(thrown);
          inbox.post(new ExecutorEvent.Faulted(cause));
        });
    Duration grace = mesos.shutdownGracePeriod();
    for (Signal signal : List.of(Signal.TERMINATE, Signal.INTERRUPT)) {
      // As if the agent had said so: the task must not be left without its executor.
      UnixSignals.handle(signal, () -> inbox.post(new ExecutorEvent.ShutdownRequested(grace)));
    }
    UpdateSender updates =
        new UpdateSender(
            driver, new StatusFactory(Optional.ofNullable(variables.get("LIBPROCESS_IP"))), log);
    ExecutorHands hands =
        new ExecutorHands(this::hands, metrics::forget, driver, updates, commands, disk, log);
    ExecutorMachine machine = new ExecutorMachine(machineSettings());
    driver.start();
    watchDriver();
    try {
      return new ExecutorLoop(broker, inbox, machine, hands, System::nanoTime).run();
    } catch (IOException | RuntimeException | Error e) {
      return hands.abandon(e);
    } finally {
      driver.join();
    }
  }

  /** libmesos does not say what it does. */
  private DriverStatistics statistics() {
    return driver instanceof HttpExecutorDriver http
        ? http.statistics()
        : new DriverStatistics(0, 0, 0, 0);
  }

  private MachineSettings machineSettings() {
    Duration linger = driver instanceof HttpExecutorDriver ? Duration.ZERO : NATIVE_LINGER;
    return new MachineSettings(
        options.relay(),
        options.maxTasks(),
        options.stopTimeout(),
        mesos.shutdownGracePeriod(),
        linger);
  }

  private TaskHands hands(String taskId, Company company) {
    TaskPlace place =
        company == Company.ALONE
            ? TaskPlace.only(mesos.directory(), mesos.sandbox())
            : TaskPlace.oneOfMany(mesos.directory(), mesos.sandbox(), taskId);
    Consumer<SupervisionEvent> events =
        event -> inbox.post(new ExecutorEvent.OfTask(taskId, event));
    TaskUsage usage = new TaskUsage(usages);
    return new TaskHands(
        broker,
        place,
        new TaskPreparation(place, preparationSettings(), log),
        new RunnerProcess(broker, place, metrics::runnerStarted, log),
        new Checkers(taskId, health, announcer, disk, usage, metrics, events, log),
        outOfMemory,
        usage,
        environment,
        background,
        events,
        log);
  }

  /** For tasks from now on: what the executor's container is like is known by registering. */
  private PreparationSettings preparationSettings() {
    ContainerInfo container = executor.container();
    SandboxSettings sandboxes =
        new SandboxSettings(
            options.accounts(),
            options.sandboxMountPoint(),
            options.containerizer(),
            options.createsUser(),
            SandboxVolumes.of(container),
            commands);
    return new PreparationSettings(sandboxes, runner, options.checksKeepAccount(), environment);
  }

  /** However the driver ends, the executor must not outlive it. */
  private void watchDriver() {
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

  @Override
  public void close() {
    metrics.close();
    health.close();
    announcer.ifPresent(AnnouncerService::close);
    commands.close();
    background.shutdownNow();
  }
}
