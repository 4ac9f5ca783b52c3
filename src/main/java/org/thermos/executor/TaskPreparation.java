package org.thermos.executor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.mesos.Protos.TaskStatus.Reason;
import org.thermos.checkpoint.DurableFile;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.config.Assignment;
import org.thermos.config.Assignment.ContainerKind;
import org.thermos.config.ConfigException;
import org.thermos.config.HealthCheck;
import org.thermos.config.ProcessConfig;
import org.thermos.config.Resolution;
import org.thermos.config.Task;
import org.thermos.executor.SupervisionEvent.NotPrepared;
import org.thermos.executor.SupervisionEvent.Prepared;
import org.thermos.health.CheckAccount;
import org.thermos.health.CheckPlace;
import org.thermos.health.HealthSetupException;
import org.thermos.log.Log;
import org.thermos.process.Account;
import org.thermos.process.Accounts;
import org.thermos.process.UnknownUserException;
import org.thermos.runner.Containerizer;
import org.thermos.runner.RunnerException;
import org.thermos.sandbox.AccountPolicy;
import org.thermos.sandbox.Sandbox;
import org.thermos.sandbox.SandboxException;

/**
 * Makes what a runner needs of an assignment (executor 6.5 to 6.7): the task, bound and valid, its
 * sandbox, {@code task.json} and the runner's command line. May take long; any thread.
 */
final class TaskPreparation {
  /** For all files of a launch together. */
  private static final Duration FETCH_LIMIT = Duration.ofMinutes(8);

  private static final long FETCH_MAXIMUM_BYTES = 4L << 30;

  private final TaskPlace place;
  private final PreparationSettings settings;
  private final Log log;

  TaskPreparation(TaskPlace place, PreparationSettings settings, Log log) {
    this.place = place;
    this.settings = settings;
    this.log = log;
  }

  /** Whatever goes wrong is in the answer. */
  SupervisionEvent prepare(Launch launch) {
    try {
      Optional<String> complaint =
          launch.assignment().container() == ContainerKind.IMAGE
              ? complaintAboutImages()
              : Optional.empty();
      if (complaint.isPresent()) {
        return notPrepared(Reason.REASON_CONTAINER_LAUNCH_FAILED, complaint.get());
      }
      return new Prepared(make(launch));
    } catch (ConfigException | HealthSetupException e) {
      return notPrepared(Reason.REASON_TASK_INVALID, e.getMessage());
    } catch (SandboxException e) {
      return notPrepared(
          Reason.REASON_CONTAINER_LAUNCH_FAILED,
          "Failed to initialize sandbox: " + Causes.line(e.getMessage()));
    } catch (FetchException | UnknownUserException | RunnerException e) {
      return notPrepared(Reason.REASON_CONTAINER_LAUNCH_FAILED, Causes.line(e.getMessage()));
    } catch (IOException | RuntimeException | Error e) {
      return notPrepared(
          Reason.REASON_CONTAINER_LAUNCH_FAILED,
          "Unknown exception initializing sandbox: " + Causes.text(e));
    }
  }

  private Optional<String> complaintAboutImages() {
    return ContainerizerCheck.complaint(settings.sandboxes().containerizer())
        .or(
            () ->
                OwnDirectory.isNeeded(place)
                    ? Optional.of(
                        "Cannot launch task using a filesystem image: the executor has one image,"
                            + " with one place for a sandbox in it, and may have other tasks: use"
                            + " --max-tasks=1 and no task group")
                    : Optional.empty());
  }

  private static NotPrepared notPrepared(Reason reason, String message) {
    return new NotPrepared(StatusResult.failed(message).because(reason));
  }

  private PreparedTask make(Launch launch)
      throws ConfigException,
          HealthSetupException,
          SandboxException,
          FetchException,
          UnknownUserException,
          RunnerException,
          IOException {
    Assignment assignment = launch.assignment();
    Resolution resolution = Resolution.of(assignment, ownName());
    report(resolution);
    TaskPaths paths = TaskPaths.of(place.checkpointRoot(), assignment.taskId());
    if (OwnDirectory.isNeeded(place)) {
      OwnDirectory.make(place);
    }
    AccountPolicy accounts = settings.sandboxes().accounts();
    Sandbox sandbox =
        Sandbox.of(
            assignment.container(),
            place.directory(),
            place.sandbox(),
            accounts.sandboxOwner(assignment.container(), resolution.role()),
            settings.sandboxes());
    sandbox.create();
    Optional<String> user =
        accounts.processUser(assignment.container(), resolution.role(), Accounts.currentUid());
    fetch(launch, sandbox, user);
    Path json = place.sandbox().resolve("task.json");
    makeDirectories(paths);
    write(json, resolution.runnerInput());
    return new PreparedTask(
        launch,
        resolution,
        paths,
        checkPlace(launch, resolution, sandbox),
        OwnDirectory.isNeeded(place)
            ? List.of(place.directory(), paths.checkpoints())
            : List.of(place.directory()),
        settings
            .runner()
            .line(place, paths, sandbox, json, user, containerizer(assignment), resolution));
  }

  /** What it is, but not its command lines: they may hold secrets. */
  private void report(Resolution resolution) {
    Task task = resolution.boundTask().task();
    log.info(
        "The task "
            + task.name()
            + " of "
            + resolution.role().orElse("nobody")
            + " has the processes "
            + task.processes().stream().map(ProcessConfig::name).toList()
            + " and the ports "
            + resolution.ports());
    resolution.warnings().forEach(log::info);
  }

  private Optional<String> containerizer(Assignment assignment) {
    return assignment.container() == ContainerKind.IMAGE
        ? settings.sandboxes().containerizer()
        : Optional.empty();
  }

  private void fetch(Launch launch, Sandbox sandbox, Optional<String> user)
      throws FetchException, UnknownUserException {
    List<SandboxFile> files = launch.content().files();
    if (files.isEmpty()) {
      return;
    }
    String path = settings.environment().getOrDefault("PATH", "/usr/bin:/bin");
    new SandboxFetcher(
            settings.sandboxes().commands(),
            sandbox.root(),
            account(user),
            path,
            FETCH_MAXIMUM_BYTES,
            System::nanoTime)
        .fetch(files, FETCH_LIMIT);
  }

  private static Optional<Account> account(Optional<String> user) throws UnknownUserException {
    return user.isPresent() ? Optional.of(new Accounts().named(user.get())) : Optional.empty();
  }

  /** Where checks find the task; the account of their commands matters only if there are some. */
  private CheckPlace checkPlace(Launch launch, Resolution resolution, Sandbox sandbox)
      throws HealthSetupException, RunnerException {
    ContainerKind container = launch.assignment().container();
    boolean hasCommands =
        resolution.healthCheck() instanceof HealthCheck.Shell
            || launch.health().isPresent()
            || launch.check().isPresent();
    AccountPolicy accounts = settings.sandboxes().accounts();
    Optional<Account> account =
        hasCommands
            ? CheckAccount.of(
                container,
                accounts.processUser(container, resolution.role(), Accounts.currentUid()),
                settings.checksKeepAccount(),
                Accounts.currentUid(),
                new Accounts())
            : Optional.empty();
    UnaryOperator<List<String>> wrapper = UnaryOperator.identity();
    if (hasCommands && container == ContainerKind.IMAGE) {
      Containerizer containerizer =
          Containerizer.probe(
              Path.of(settings.sandboxes().containerizer().orElseThrow()),
              settings.environment(),
              sandbox.containerRoot().toString());
      String user = settings.checksKeepAccount() ? ownName() : resolution.user();
      wrapper = command -> containerizer.wrap(command, user);
    }
    return new CheckPlace(
        sandbox.root(), Optional.empty(), settings.environment(), account, wrapper);
  }

  private static String ownName() {
    try {
      return new Accounts().current().name();
    } catch (UnknownUserException e) {
      return Integer.toString(Accounts.currentUid()); // As in a container without accounts.
    }
  }

  /**
   * Before the runner does, so that they can be watched; one at a time, for the scheduler may have
   * given tasks that come together the same identity.
   */
  private static synchronized void makeDirectories(TaskPaths paths)
      throws ConfigException, IOException {
    if (Files.isSymbolicLink(paths.root())) {
      throw new IOException(paths.root() + " is a symbolic link: remove it from what is fetched");
    }
    if (Files.exists(paths.checkpoints(), LinkOption.NOFOLLOW_LINKS)) {
      throw new ConfigException(
          ConfigException.Kind.INVALID,
          "Cannot begin "
              + paths.taskId()
              + ": there are checkpoints of it already; give each AssignedTask a taskId of its own");
    }
    DurableFile.createDirectories(paths.checkpoints());
  }

  /** For the runner alone, which has the executor's account: command lines may hold secrets. */
  private static void write(Path file, String text) throws IOException {
    Files.deleteIfExists(file); // What was fetched may have put a link there.
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }
}
