package org.thermos.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.SlaveID;
import org.thermos.agent.AgentSettings;
import org.thermos.agent.Timeouts;
import org.thermos.mesos.DriverKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thermos local run}. */
@Command(
    name = "run",
    header = "Run a task on this machine as an agent of a cluster would.",
    description = {
      "",
      "TASK is the JSON of a task, a task instance or a job, or an AssignedTask (binary thrift). It is"
          + " launched by an embedded Mesos agent on a loopback port; every status update is shown."
          + " Ports that the task refers to and that are not given are chosen.",
      "",
      "Ctrl-C or SIGTERM kills the task, giving it the time it needs; a second one kills it at once."
          + " Nothing is left running. The work directory is kept.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the task finished",
      "1:the task failed",
      "2:the task was killed or lost",
      "64:the command line cannot be understood",
      "65:the file is no task: neither JSON nor an AssignedTask",
      "66:there is no such file, or it cannot be opened",
      "67:there is no account of the user's name",
      "69:the executor cannot be started",
      "73:the work directory cannot be made or written",
      "77:only root may run a task as another user",
      "78:the task's configuration is refused"
    })
final class LocalRunCommand implements Callable<Integer> {
  /** The system property that holds the path of the executor's program. */
  private static final String EXECUTOR = "thermos.executor";

  private static final SlaveID AGENT = SlaveID.newBuilder().setValue("local-S0").build();

  /** What the scheduler is told: the executor's {@code --relay}. */
  enum Relay {
    TASK,
    PROCESS
  }

  private final Output output;
  private final Consumer<Runnable> stopSignals;

  @Option(
      names = "--port",
      paramLabel = "NAME[:PORT]",
      description = "A port of the task; without a number, a free one is chosen. Repeatable.")
  private List<PortOption> ports = List.of();

  @Option(
      names = "--relay",
      paramLabel = "WHAT",
      description = "What is shown: task (default), or process for every process as well.")
  private Relay relay = Relay.TASK;

  @Option(
      names = "--instance",
      paramLabel = "N",
      description = "Which instance of a job (default: the task's, or 0).")
  private Optional<Integer> instance = Optional.empty();

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "Whom the task runs as (default: you; of an AssignedTask, its role).")
  private Optional<String> user = Optional.empty();

  @Option(
      names = "--work-dir",
      paramLabel = "DIR",
      description = "The agent's work directory (default: a new temporary one).")
  private Optional<Path> workDirectory = Optional.empty();

  @Option(names = "--json", description = "One JSON object per event.")
  private boolean json;

  @Option(
      names = "--checkpoint",
      negatable = true,
      description =
          "Have the executor outlive this program if it is killed, as on agents that checkpoint"
              + " (default: no).")
  private boolean checkpoint;

  @Option(
      names = "--driver",
      paramLabel = "KIND",
      description = "The executor's driver: http (default), native or auto.")
  private DriverKind driver = DriverKind.HTTP;

  @Option(
      names = "--executor",
      paramLabel = "PROGRAM",
      description = "Another executor than the one that came with this program.")
  private Optional<Path> executor = Optional.empty();

  @Parameters(paramLabel = "TASK", description = "JSON or AssignedTask.")
  private Path file;

  LocalRunCommand(Output output, Consumer<Runnable> stopSignals) {
    this.output = output;
    this.stopSignals = stopSignals;
  }

  @Override
  public Integer call() throws CommandException, InterruptedException {
    Caller caller = Caller.current();
    OptionalInt wished =
        instance.isPresent() ? OptionalInt.of(instance.get()) : OptionalInt.empty();
    LocalTask task = new TaskFile(file).task(caller, new TaskWishes(wished, user, ports));
    caller.requireMayRunAs(task.job().role(), user.isPresent());
    Path program = executorProgram();
    Path directory =
        workDirectory.isPresent()
            ? WorkDirectory.at(workDirectory.get())
            : WorkDirectory.temporary(!task.job().role().equals(caller.name()));
    LogSetup.logTo(directory.resolve("agent.log"));
    return run(task, program, directory, caller);
  }

  private int run(LocalTask task, Path program, Path directory, Caller caller)
      throws CommandException, InterruptedException {
    FrameworkInfo framework = LaunchMessages.framework(caller.name(), checkpoint);
    AgentSettings settings =
        new AgentSettings(directory, AGENT, "localhost", framework, List.of(), Timeouts.DEFAULTS);
    Path javaHome = Path.of(System.getProperty("java.home"));
    ExecutorInfo info =
        LaunchMessages.executor(task.taskId(), framework, program, flags(caller), javaHome);
    RunView view = json ? new JsonRunView(output) : new TextRunView(output);
    try {
      return new LocalRun(settings, task, view)
          .run(info, LaunchMessages.task(task, AGENT), stopSignals);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.UNAVAILABLE, "cannot start an agent: " + FileErrors.reason(e), e);
    } catch (IllegalArgumentException e) { // An AssignedTask with an id that is no file name.
      throw new CommandException(ExitCode.CONFIG, "cannot launch the task: " + e.getMessage(), e);
    }
  }

  private Path executorProgram() throws CommandException {
    Optional<Path> given =
        executor.or(() -> Optional.ofNullable(System.getProperty(EXECUTOR)).map(Path::of));
    if (given.isEmpty()) {
      throw new CommandException(
          ExitCode.UNAVAILABLE, "cannot find the executor: give its path with --executor");
    }
    Path program = given.get().toAbsolutePath();
    if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
      throw new CommandException(
          ExitCode.UNAVAILABLE, "cannot start the executor: " + program + " is no program");
    }
    return program;
  }

  private List<String> flags(Caller caller) {
    List<String> flags = new ArrayList<>();
    flags.add("--driver=" + driver.name().toLowerCase(Locale.ROOT));
    flags.add("--relay=" + relay.name().toLowerCase(Locale.ROOT));
    if (!caller.isRoot()) {
      flags.add("--nosetuid");
    }
    return flags;
  }
}
