package org.thermos.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.thermos.checkpoint.CheckpointLoader;
import org.thermos.checkpoint.DurableFile;
import org.thermos.checkpoint.RunnerHeader;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.config.BoundTask;
import org.thermos.config.ConfigException;
import org.thermos.config.ProcessConfig;
import org.thermos.config.TaskTemplate;
import org.thermos.config.json.JsonReader;
import org.thermos.log.ErrorText;
import org.thermos.process.Account;

/**
 * Finds out how to go on with a task that another runner began (runner 3.1): from the task itself,
 * the recorded settings and the header. Unlike the original, which then runs finalizers as whoever
 * called, nothing is started unless it is known as whom, and by files that nobody else can have
 * written.
 *
 * @param note what cannot be done as the first runner would have, for the operator
 */
record Takeover(RunnerOptions options, PreparedTask prepared, Optional<String> note) {

  /**
   * Changes nothing outside.
   *
   * @throws RunnerException if the task cannot be taken over in the way that is asked for
   */
  static Takeover of(ResumeOptions options) throws RunnerException {
    TaskPaths paths = paths(options);
    try {
      Provenance provenance = Provenance.ofThisProcess();
      requireOurs(paths, provenance);
      BoundTask task = task(paths);
      Optional<TaskSettings> settings =
          options.mayFinalize() ? new SettingsFile(paths).read(provenance) : Optional.empty();
      if (settings.filter(TaskSettings::taskReadsBack).isPresent()) {
        return asRecorded(options, paths, task, settings.get());
      }
      String unknown =
          settings.isPresent()
              ? "what became of its escaped references cannot be told from " + paths.activeTask()
              : "as whom they run was not recorded by the runner that began the task";
      if (options.stop().isEmpty()) {
        throw new SettingsException(unknown + "; start the runner as it was started before");
      }
      return onlyToEnd(options, paths, task, unknown);
    } catch (SettingsException e) {
      throw new RunnerException(ExitCode.INVALID_TASK, cannot(paths) + e.getMessage(), e);
    } catch (IOException e) {
      throw new RunnerException(ExitCode.UNKNOWN_ERROR, cannot(paths) + ErrorText.of(e), e);
    }
  }

  static TaskPaths paths(ResumeOptions options) throws RunnerException {
    try {
      return TaskPaths.of(options.checkpointRoot(), options.taskId());
    } catch (IllegalArgumentException e) {
      throw new RunnerException(ExitCode.USAGE, "cannot use --task_id: " + e.getMessage(), e);
    }
  }

  private static String cannot(TaskPaths paths) {
    return "cannot take over task " + paths.taskId() + ": ";
  }

  /**
   * Nobody but this account and root can have written what follows, if this holds: the directories
   * are theirs, so nothing in them can be replaced afterwards either.
   */
  static void requireOurs(TaskPaths paths, Provenance provenance)
      throws SettingsException, IOException {
    requireOurStream(paths, provenance);
    provenance.requireDirectory(paths.activeTask().getParent().getParent());
    provenance.requireDirectory(paths.activeTask().getParent());
    provenance.requireFile(paths.activeTask());
  }

  /** The same of the task's stream alone, which says whom to signal and what has ended. */
  static void requireOurStream(TaskPaths paths, Provenance provenance)
      throws SettingsException, IOException {
    requireOurDirectories(paths, provenance);
    provenance.requireFile(paths.runnerCheckpoint());
  }

  /** The same of where the task's streams lie, before there are any. */
  static void requireOurDirectories(TaskPaths paths, Provenance provenance)
      throws SettingsException, IOException {
    provenance.requireDirectory(paths.root());
    provenance.requireDirectory(paths.checkpoints().getParent());
    provenance.requireDirectory(paths.checkpoints());
  }

  /** The task as it lies beside the checkpoint: bound, so not to be bound again. */
  private static BoundTask task(TaskPaths paths) throws SettingsException, IOException {
    byte[] json = DurableFile.read(paths.activeTask(), JsonReader.MAXIMUM_BYTES).orElseThrow();
    try {
      return new BoundTask(
          TaskTemplate.parseLeniently(json), new String(json, StandardCharsets.UTF_8));
    } catch (ConfigException e) {
      throw new SettingsException("cannot read " + paths.activeTask() + ": " + e.getMessage(), e);
    }
  }

  private static Takeover asRecorded(
      ResumeOptions options, TaskPaths paths, BoundTask task, TaskSettings settings)
      throws RunnerException, SettingsException, IOException {
    Account current = PreparedTask.account(Optional.empty());
    Account account = PreparedTask.account(Optional.of(settings.user()));
    if (account.uid() != settings.uid()) {
      throw new SettingsException(
          "its processes ran as "
              + settings.user()
              + " with uid "
              + settings.uid()
              + ", but the uid of that account is "
              + account.uid());
    }
    PreparedTask.requireMayBecome(account, current);
    Path root = paths.root().toRealPath();
    if (!root.equals(settings.checkpointRoot())) {
      throw new SettingsException(
          "its settings were recorded below "
              + settings.checkpointRoot()
              + ", not "
              + root
              + ": it was moved, or ran where the file systems look different");
    }
    requireSameSandbox(settings.sandbox());
    PreparedTask prepared =
        new PreparedTask(
            paths,
            task,
            account,
            current,
            settings.environment(),
            PreparedTask.Origin.RECORDED,
            Launching.ALLOWED);
    RunnerOptions full =
        new RunnerOptions(
            paths.activeTask(),
            settings.sandbox(),
            settings.containerSandbox(),
            paths.root(),
            Optional.of(paths.taskId()),
            Optional.of(settings.user()),
            settings.chroot(),
            settings.containerizer(),
            false,
            settings.ports(),
            settings.hostname(),
            settings.loggerDefaults(),
            options.stop(),
            options.killWait().orElse(settings.killWait()),
            options.logDirectory());
    Optional<String> note =
        settings.preserveEnvironment()
            ? Optional.of(
                "the environment of the first runner is not recorded, so what is started from now"
                    + " on goes without it")
            : Optional.empty();
    return new Takeover(full, prepared, note);
  }

  private static void requireSameSandbox(Path sandbox) throws SettingsException, IOException {
    if (!Files.isDirectory(sandbox) || !sandbox.toRealPath().equals(sandbox)) {
      throw new SettingsException(
          "its sandbox "
              + sandbox
              + " is not there any more, or a symbolic link has taken its place");
    }
  }

  private static Takeover onlyToEnd(
      ResumeOptions options, TaskPaths paths, BoundTask task, String unknown)
      throws RunnerException, IOException {
    Account current = PreparedTask.account(Optional.empty());
    Optional<RunnerHeader> header =
        CheckpointLoader.load(paths.runnerCheckpoint()).history().header();
    Map<String, Integer> ports = new LinkedHashMap<>();
    header.ifPresent(it -> it.ports().forEach((name, port) -> ports.put(name, port.intValue())));
    PreparedTask prepared =
        new PreparedTask(
            paths,
            task,
            current,
            current,
            Map.of(),
            PreparedTask.Origin.RECORDED,
            Launching.FORBIDDEN);
    RunnerOptions full =
        new RunnerOptions(
            paths.activeTask(),
            header.map(RunnerHeader::sandbox).orElse(paths.checkpoints()),
            Optional.empty(),
            paths.root(),
            Optional.of(paths.taskId()),
            Optional.empty(),
            false,
            Optional.empty(),
            false,
            ports,
            header.map(RunnerHeader::hostname),
            LoggerDefaults.NONE,
            options.stop(),
            options.killWait().orElse(KillWait.DEFAULT),
            options.logDirectory());
    boolean misses =
        options.mayFinalize() && task.task().processes().stream().anyMatch(ProcessConfig::isFinal);
    Optional<String> note =
        misses ? Optional.of("its finalizers are not run: " + unknown) : Optional.empty();
    return new Takeover(full, prepared, note);
  }
}
