package org.thermos.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.thermos.checkpoint.DurableFile;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.process.Account;
import org.thermos.process.Accounts;
import org.thermos.process.Broker;
import org.thermos.process.ProcessIdentity;
import org.thermos.process.ProgramSpec;
import org.thermos.runner.RunnerFlags;
import org.thermos.runner.RunnerProgram;

/**
 * A runner started to end what another one began. It runs as whoever owns the checkpoint, so that
 * nobody can have root do something by what he writes there; in a process group of its own, so that
 * it goes on if this program is interrupted; and with a log of its own.
 *
 * @param root the checkpoint root, which it calls {@code .}
 * @param logs its directory, private to the account it runs as
 */
record RunnerLaunch(ProcessIdentity process, Path root, Path logs) {
  private static final String OUTPUT = "output";
  private static final int NOTE_LIMIT = 8192;

  /** What to do with the checkpoint. */
  enum Task {
    END,
    KILL_DAMAGED
  }

  /**
   * @param killWait how long the task may take to end; empty for what was recorded when it began,
   *     which whoever owns the checkpoint can tell better than we
   */
  static RunnerLaunch start(
      Broker broker,
      Path program,
      TaskPaths paths,
      StopWish wish,
      Optional<Duration> killWait,
      Task task)
      throws CommandException, IOException {
    Optional<Account> account = account(paths);
    Path logs = logs(wish, account);
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.add("--" + RunnerFlags.RESUME.name());
    // Where it starts: whatever becomes of the directory's name, this stays the same directory.
    command.add("--" + RunnerFlags.CHECKPOINT_ROOT.name() + "=.");
    command.add("--" + RunnerFlags.TASK_ID.name() + "=" + paths.taskId());
    command.add(
        "--" + RunnerFlags.STOP.name() + "=" + wish.outcome().name().toLowerCase(Locale.ROOT));
    killWait.ifPresent(
        time -> command.add("--" + RunnerFlags.KILL_WAIT_SECS.name() + "=" + time.toSeconds()));
    command.add("--" + RunnerFlags.LOG_DIR.name() + "=" + logs);
    if (task == Task.KILL_DAMAGED) {
      command.add("--" + RunnerFlags.KILL_DAMAGED.name());
    }
    ProcessIdentity process =
        broker.spawn(
            new ProgramSpec(
                command,
                environment(),
                Optional.of(paths.root()),
                ProgramSpec.ProcessGroup.OWN,
                Optional.of(logs.resolve(OUTPUT)),
                account));
    return new RunnerLaunch(process, paths.root(), logs);
  }

  /**
   * Makes its directory, below one of ours: whoever owns a directory can put a symbolic link in its
   * place where it lies in a temporary directory.
   */
  private static Path logs(StopWish wish, Optional<Account> account) throws IOException {
    Path ours = Files.createTempDirectory("thermos-" + wish.verb() + "-");
    Path logs =
        Files.createDirectory(
            ours.resolve("log"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    if (account.isPresent()) {
      Files.setPosixFilePermissions(ours, PosixFilePermissions.fromString("rwx--x--x"));
      Files.setAttribute(logs, "unix:gid", account.get().gid());
      Files.setAttribute(logs, "unix:uid", account.get().uid());
    }
    return logs;
  }

  /** Whom it has to become; empty if that is who we are. */
  private static Optional<Account> account(TaskPaths paths) throws CommandException, IOException {
    int owner =
        (Integer) Files.getAttribute(paths.checkpoints(), "unix:uid", LinkOption.NOFOLLOW_LINKS);
    int uid = Accounts.currentUid();
    if (owner == uid) {
      return Optional.empty();
    }
    Optional<Account> account = new Accounts().byUid(owner);
    String name = account.map(Account::name).orElse("uid " + owner);
    if (uid != 0) {
      throw new CommandException(
          ExitCode.NO_PERMISSION, "it belongs to " + name + ", so only " + name + " or root can");
    }
    if (account.isEmpty()) {
      throw new CommandException(
          ExitCode.NO_USER, "it belongs to " + name + ", which has no account on this machine");
    }
    return account;
  }

  /** Of ours only what it takes to find programs: it may become readable to somebody else. */
  private static Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("PATH", Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin"));
    return environment;
  }

  /** Whether it has found all that it needs, and only the lock is missing. */
  boolean isReady() {
    return firstLine(RunnerProgram.LOG_FILE)
        .filter(line -> line.contains(RunnerProgram.TAKING_OVER))
        .isPresent();
  }

  /** The one line it left about what it could not do, if any. */
  Optional<String> note() {
    return firstLine(RunnerProgram.FAILURE_FILE)
        .or(() -> firstLine(OUTPUT))
        .map(line -> line.replace(" ./", " " + root + "/"));
  }

  private Optional<String> firstLine(String name) {
    try {
      return DurableFile.read(logs.resolve(name), NOTE_LIMIT)
          .map(content -> new String(content, StandardCharsets.UTF_8))
          .flatMap(text -> text.lines().filter(line -> !line.isBlank()).findFirst());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Removes its logs, of which nothing is to be learnt any more. By their names alone: they belong
   * to whoever it ran as, who could lead a walk through them anywhere.
   */
  void forget() {
    try {
      for (String name :
          List.of(
              RunnerProgram.LOG_FILE,
              RunnerProgram.LOG_FILE + ".1",
              RunnerProgram.FAILURE_FILE,
              OUTPUT)) {
        Files.deleteIfExists(logs.resolve(name));
      }
      Files.delete(logs);
      Files.delete(logs.getParent());
    } catch (IOException e) {
      // Rubbish in a temporary directory is no reason to complain.
    }
  }
}
