package org.thermos.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.config.BoundTask;
import org.thermos.config.ConfigException;
import org.thermos.config.TaskTemplate;
import org.thermos.log.ErrorText;
import org.thermos.process.Account;
import org.thermos.process.Accounts;
import org.thermos.process.LauncherEnvironment;
import org.thermos.process.UnknownUserException;

/**
 * A task ready to be run: read, its account found, bound and validated (runner 3.1).
 *
 * @param account whom the processes run as
 * @param current whom the runner runs as
 * @param environment what the processes' environment is made from
 */
record PreparedTask(
    TaskPaths paths,
    BoundTask bound,
    Account account,
    Account current,
    Map<String, String> environment,
    Origin origin,
    Launching launching) {
  /** Where it is known from how the processes are started. */
  enum Origin {
    COMMAND_LINE,
    RECORDED
  }

  /**
   * Prepares what the options name. Nothing outside is changed.
   *
   * @throws RunnerException with the exit code that tells an executor what is wrong
   */
  static PreparedTask of(RunnerOptions options, Clock clock) throws RunnerException {
    TaskTemplate template = read(options);
    Account current = account(Optional.empty());
    Account account = account(options.user());
    requireMayBecome(account, current);
    try {
      String id =
          options.taskId().isPresent()
              ? options.taskId().get()
              : newId(template.bind("unnamed", account.name(), options.ports()), clock);
      TaskPaths paths = TaskPaths.of(options.checkpointRoot(), id);
      BoundTask bound = template.bind(id, account.name(), options.ports());
      requireSame(paths, bound);
      return new PreparedTask(
          paths,
          bound,
          account,
          current,
          LauncherEnvironment.original(),
          Origin.COMMAND_LINE,
          Launching.ALLOWED);
    } catch (ConfigException e) {
      throw refused(e);
    } catch (IllegalArgumentException e) {
      throw new RunnerException(ExitCode.USAGE, "cannot use --task_id: " + e.getMessage(), e);
    }
  }

  private static TaskTemplate read(RunnerOptions options) throws RunnerException {
    try {
      return TaskTemplate.parse(Files.readAllBytes(options.taskFile()));
    } catch (IOException e) {
      throw new RunnerException(
          ExitCode.USAGE, "cannot read the task " + options.taskFile() + ": " + ErrorText.of(e), e);
    } catch (ConfigException e) {
      throw refused(e);
    }
  }

  private static RunnerException refused(ConfigException e) {
    ExitCode code =
        switch (e.kind()) {
          case UNREADABLE -> ExitCode.USAGE;
          case UNBOUND_PORTS -> ExitCode.INTERNAL_ERROR;
          case INVALID -> ExitCode.INVALID_TASK;
        };
    return new RunnerException(code, e.getMessage(), e);
  }

  /**
   * @param user the name of the account; empty for the runner's own
   */
  static Account account(Optional<String> user) throws RunnerException {
    Accounts accounts = new Accounts();
    try {
      return user.isPresent() ? accounts.named(user.get()) : accounts.current();
    } catch (UnknownUserException e) {
      throw new RunnerException(
          ExitCode.UNKNOWN_USER,
          user.map(name -> "cannot run processes as " + name + ": no such user here")
              .orElse(e.getMessage()),
          e);
    }
  }

  static void requireMayBecome(Account account, Account current) throws RunnerException {
    if (account.uid() != current.uid() && current.uid() != 0) {
      throw new RunnerException(
          ExitCode.INVALID_TASK,
          "task specifies user as "
              + account.name()
              + ", but "
              + current.name()
              + " does not have setuid permission!");
    }
  }

  private static String newId(BoundTask task, Clock clock) {
    return task.task().name()
        + "-"
        + DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss.SSSSSS").format(LocalDateTime.now(clock));
  }

  /** Going on with another task under the same id would mix up two histories. */
  private static void requireSame(TaskPaths paths, BoundTask bound) throws RunnerException {
    byte[] onDisk;
    try {
      if (!Files.exists(paths.activeTask())) {
        return;
      }
      onDisk = Files.readAllBytes(paths.activeTask());
    } catch (IOException e) {
      throw new RunnerException(
          ExitCode.UNKNOWN_ERROR, "cannot read " + paths.activeTask() + ": " + ErrorText.of(e), e);
    }
    if (Arrays.equals(onDisk, bound.json().getBytes(StandardCharsets.UTF_8))) {
      return;
    }
    try {
      if (TaskTemplate.parseLeniently(onDisk).equals(bound.task())) {
        return;
      }
    } catch (ConfigException e) {
      throw new RunnerException(
          ExitCode.INVALID_TASK, "cannot read " + paths.activeTask() + ": " + e.getMessage(), e);
    }
    throw new RunnerException(
        ExitCode.INVALID_TASK,
        "Invalid task: Task differs from on disk copy: "
            + paths.activeTask()
            + " holds another task of this id; use another --task_id");
  }
}
