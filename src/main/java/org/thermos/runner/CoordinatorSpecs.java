package org.thermos.runner;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.config.LoggerConfig;
import org.thermos.config.ProcessConfig;
import org.thermos.config.RotatePolicy;
import org.thermos.process.Account;
import org.thermos.process.CoordinatorSpec;
import org.thermos.process.LogSpec;
import org.thermos.process.UserSwitch;

/**
 * Says how a run of a process is to be started: command line, directory, account, environment and
 * logs (processes 4.3 to 4.7). Pure.
 *
 * @param sandbox the processes' working directory, free of symbolic links
 * @param account whom they run as
 * @param current whom the runner runs as
 * @param inherited the runner's environment
 * @param containerizer what starts commands inside the task's filesystem image, if it has one
 */
record CoordinatorSpecs(
    TaskPaths paths,
    Path sandbox,
    Account account,
    Account current,
    CoordinatorSpec.Root root,
    boolean preserveEnvironment,
    Map<String, String> inherited,
    LoggerDefaults loggerDefaults,
    Optional<Containerizer> containerizer) {
  private static final Path HERE = Path.of("/proc/self/cwd");
  private static final String PROFILE = ".thermos_profile";
  private static final long MEBIBYTE = 1024 * 1024;

  /**
   * @param run index in the process' history, from 0
   * @param waitingSeq sequence number of the run's WAITING record
   */
  CoordinatorSpec of(ProcessConfig process, int run, long waitingSeq) {
    return new CoordinatorSpec(
        checkpoint(process),
        process.name(),
        waitingSeq,
        command(process),
        Optional.of(sandbox),
        root,
        userSwitch(),
        environment(),
        Optional.of(profile()),
        log(process, run),
        CoordinatorSpec.StandardInput.INHERITED,
        "thermos-coordinator " + paths.taskId() + " " + process.name());
  }

  /**
   * Below the directory that this runner was started in, if the checkpoint root is given as
   * relative to it: the broker is in the same one.
   */
  private Path checkpoint(ProcessConfig process) {
    return HERE.resolve(paths.processCheckpoint(process.name()));
  }

  private List<String> command(ProcessConfig process) {
    return containerizer.isPresent()
        ? containerizer.get().command(process.cmdline(), account.name())
        : List.of("/bin/bash", "-c", process.cmdline());
  }

  /** A containerizer starts as root and changes the account itself, inside the image. */
  private Optional<UserSwitch> userSwitch() {
    UserSwitch.Moment moment =
        containerizer.isPresent() ? UserSwitch.Moment.AFTER_SPAWN : UserSwitch.Moment.BEFORE_SPAWN;
    return account.uid() == current.uid()
        ? Optional.empty()
        : Optional.of(new UserSwitch(account, moment));
  }

  private boolean isChroot() {
    return root == CoordinatorSpec.Root.CHROOT_TO_DIRECTORY;
  }

  private CoordinatorSpec.ShellProfile profile() {
    if (containerizer.isPresent()) {
      return new CoordinatorSpec.ShellProfile(
          containerizer.get().onHost(PROFILE), containerizer.get().sandbox() + "/" + PROFILE);
    }
    Path profile = (isChroot() ? Path.of("/") : sandbox).resolve(PROFILE);
    return new CoordinatorSpec.ShellProfile(profile, profile.toString());
  }

  private String home() {
    if (containerizer.isPresent()) {
      return containerizer.get().sandbox();
    }
    return isChroot() ? account.home() : sandbox.toString();
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    if (preserveEnvironment) {
      environment.putAll(CarriedVariables.without(inherited));
    }
    environment.put("HOME", home());
    environment.put("LOGNAME", account.name());
    environment.put("USER", account.name());
    environment.put("PATH", inherited.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"));
    // The last word is whose who launched the task.
    environment.putAll(CarriedVariables.of(inherited));
    return environment;
  }

  private LogSpec log(ProcessConfig process, int run) {
    // Starting at the sandbox' parent has the sandbox itself checked for being a link by now.
    return new LogSpec(
        sandbox.getParent(),
        List.of(sandbox.getFileName().toString(), ".logs", process.name(), Integer.toString(run)),
        destination(process.logger()),
        mode(process.logger()));
  }

  /** Any logger of a process, even an empty one, hides all of the runner's flags. */
  private LogSpec.Destination destination(Optional<LoggerConfig> logger) {
    LoggerConfig.Destination destination =
        logger
            .map(LoggerConfig::destination)
            .or(loggerDefaults::destination)
            .orElse(LoggerConfig.Destination.FILE);
    return switch (destination) {
      case FILE -> LogSpec.Destination.FILE;
      case CONSOLE -> LogSpec.Destination.CONSOLE;
      case BOTH -> LogSpec.Destination.BOTH;
      case NONE -> LogSpec.Destination.NONE;
    };
  }

  private LogSpec.Mode mode(Optional<LoggerConfig> logger) {
    LoggerConfig.Mode mode =
        logger.map(LoggerConfig::mode).or(loggerDefaults::mode).orElse(LoggerConfig.Mode.STANDARD);
    if (mode == LoggerConfig.Mode.STANDARD) {
      return new LogSpec.Standard();
    }
    RotatePolicy policy =
        logger.isPresent() ? logger.get().rotate().orElse(RotatePolicy.DEFAULT) : defaultRotation();
    return new LogSpec.Rotate(policy.logSize(), policy.backups());
  }

  private RotatePolicy defaultRotation() {
    int mebibytes = loggerDefaults.sizeMebibytes().orElse(0);
    int backups = loggerDefaults.backups().orElse(0);
    return new RotatePolicy(
        mebibytes == 0 ? RotatePolicy.DEFAULT.logSize() : mebibytes * MEBIBYTE,
        backups == 0 ? RotatePolicy.DEFAULT.backups() : backups);
  }
}
