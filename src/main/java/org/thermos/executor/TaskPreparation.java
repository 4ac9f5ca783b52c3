package org.thermos.executor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.Protos.TaskStatus.Reason;
import org.thermos.checkpoint.DurableFile;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.config.Assignment;
import org.thermos.config.Assignment.ContainerKind;
import org.thermos.config.ConfigException;
import org.thermos.config.Resolution;
import org.thermos.executor.SupervisionEvent.NotPrepared;
import org.thermos.executor.SupervisionEvent.Prepared;
import org.thermos.log.Log;
import org.thermos.process.Accounts;
import org.thermos.process.UnknownUserException;
import org.thermos.sandbox.AccountPolicy;
import org.thermos.sandbox.Sandbox;
import org.thermos.sandbox.SandboxException;
import org.thermos.sandbox.SandboxSettings;

/**
 * Makes what a runner needs of an assignment (executor 6.5 to 6.7): the task, bound and valid, its
 * sandbox, {@code task.json} and the runner's command line. May take long; any thread.
 */
final class TaskPreparation {
  private final TaskPlace place;
  private final SandboxSettings settings;
  private final RunnerCommand runner;
  private final Log log;

  TaskPreparation(TaskPlace place, SandboxSettings settings, RunnerCommand runner, Log log) {
    this.place = place;
    this.settings = settings;
    this.runner = runner;
    this.log = log;
  }

  /** Whatever goes wrong is in the answer. */
  SupervisionEvent prepare(Assignment assignment) {
    Optional<String> containerizer = Optional.empty();
    if (assignment.container() == ContainerKind.IMAGE) {
      Optional<String> complaint = ContainerizerCheck.complaint(settings.containerizer());
      if (complaint.isPresent()) {
        return notPrepared(Reason.REASON_CONTAINER_LAUNCH_FAILED, complaint.get());
      }
      if (OwnDirectory.isNeeded(place)) {
        return notPrepared(
            Reason.REASON_CONTAINER_LAUNCH_FAILED,
            "Cannot launch task using a filesystem image: the executor has one image, with one"
                + " place for a sandbox in it, and may have other tasks: use --max-tasks=1 and no"
                + " task group");
      }
      containerizer = settings.containerizer();
    }
    try {
      return new Prepared(make(assignment, containerizer));
    } catch (ConfigException e) {
      return notPrepared(Reason.REASON_TASK_INVALID, e.getMessage());
    } catch (SandboxException e) {
      return notPrepared(
          Reason.REASON_CONTAINER_LAUNCH_FAILED,
          "Failed to initialize sandbox: " + Causes.line(e.getMessage()));
    } catch (IOException | RuntimeException | StackOverflowError e) {
      return notPrepared(
          Reason.REASON_CONTAINER_LAUNCH_FAILED,
          "Unknown exception initializing sandbox: " + Causes.text(e));
    }
  }

  private static NotPrepared notPrepared(Reason reason, String message) {
    return new NotPrepared(StatusResult.failed(message).because(reason));
  }

  private PreparedTask make(Assignment assignment, Optional<String> containerizer)
      throws ConfigException, SandboxException, IOException {
    Resolution resolution = Resolution.of(assignment, ownName());
    log.info("The task: " + resolution.boundTask().json());
    TaskPaths paths = TaskPaths.of(place.checkpointRoot(), assignment.taskId());
    if (OwnDirectory.isNeeded(place)) {
      OwnDirectory.make(place);
    }
    AccountPolicy accounts = settings.accounts();
    Sandbox sandbox =
        Sandbox.of(
            assignment.container(),
            place.directory(),
            place.sandbox(),
            accounts.sandboxOwner(assignment.container(), resolution.role()),
            settings);
    sandbox.create();
    Path json = place.sandbox().resolve("task.json");
    makeDirectories(paths);
    write(json, resolution.runnerInput());
    Optional<String> user =
        accounts.processUser(assignment.container(), resolution.role(), Accounts.currentUid());
    return new PreparedTask(
        resolution,
        paths,
        runner.line(place, paths, sandbox, json, user, containerizer, resolution));
  }

  private static String ownName() {
    try {
      return new Accounts().current().name();
    } catch (UnknownUserException e) {
      return Integer.toString(Accounts.currentUid()); // As in a container without accounts.
    }
  }

  /** Before the runner does, so that they can be watched. */
  private static void makeDirectories(TaskPaths paths) throws IOException {
    if (Files.isSymbolicLink(paths.root())) {
      throw new IOException(paths.root() + " is a symbolic link: remove it from what is fetched");
    }
    DurableFile.createDirectories(paths.checkpoints());
  }

  private static void write(Path file, String text) throws IOException {
    Files.deleteIfExists(file); // What was fetched may have put a link there.
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file,
            Set.of(
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS))) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }
}
