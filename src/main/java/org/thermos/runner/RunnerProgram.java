package org.thermos.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Optional;
import org.thermos.flags.FlagParser;
import org.thermos.flags.FlagValues;
import org.thermos.flags.UsageException;
import org.thermos.log.ErrorText;
import org.thermos.log.Log;
import org.thermos.log.LogFile;
import org.thermos.process.Broker;

/** The program {@code thermos-runner}: runs one task (runner 3.9). */
public final class RunnerProgram {
  /** Beside the log: one line that says why the runner, or its task, could not do its work. */
  public static final String FAILURE_FILE = "thermos_runner.failure";

  /** The runner's own log, in its log directory. */
  public static final String LOG_FILE = "thermos_runner.log";

  /** How the log of a resumed runner begins when only the lock is missing. */
  public static final String TAKING_OVER = "taking over task ";

  private static final long LOG_LIMIT_BYTES = 10L * 1024 * 1024;

  private RunnerProgram() {}

  public static void main(String[] arguments) {
    FlagParser parser = new FlagParser("thermos-runner", RunnerFlags.ALL);
    try {
      FlagValues flags = parser.parse(arguments);
      if (flags.isSet(RunnerFlags.HELP)) {
        System.out.print(parser.help());
        return;
      }
      // Not System.exit on success: there is nothing that would keep the JVM alive.
      int code = flags.isSet(RunnerFlags.RESUME) ? resume(flags).code() : start(flags).code();
      if (code != 0) {
        System.exit(code);
      }
    } catch (UsageException e) {
      System.err.println("thermos-runner: " + e.getMessage());
      System.exit(ExitCode.USAGE.code());
    }
  }

  /** What there is to do; answers what somebody should know about it, if anything. */
  private interface Work {
    Optional<String> perform(Log log) throws RunnerException, IOException;
  }

  private static ExitCode start(FlagValues flags) throws UsageException {
    RunnerOptions options = RunnerOptions.from(flags);
    return run(
        options.logDirectory(),
        log -> {
          PreparedTask prepared = PreparedTask.of(options, Clock.systemUTC());
          return runTask(options, prepared, log);
        });
  }

  private static ExitCode resume(FlagValues flags) throws UsageException {
    ResumeOptions options = ResumeOptions.from(flags);
    return run(options.logDirectory(), log -> resume(options, log));
  }

  private static Optional<String> resume(ResumeOptions options, Log log)
      throws RunnerException, IOException {
    if (options.damaged() == ResumeOptions.Damaged.KILL) {
      DamagedTask damaged = DamagedTask.of(options, Broker.inherited(), log);
      log.info(TAKING_OVER + options.taskId());
      return Optional.of(damaged.killAll());
    }
    Takeover takeover = Takeover.of(options);
    log.info(TAKING_OVER + options.taskId());
    takeover.note().ifPresent(log::info);
    Optional<String> trouble = runTask(takeover.options(), takeover.prepared(), log);
    return trouble.or(takeover::note);
  }

  private static ExitCode run(Path logDirectory, Work work) {
    Clock clock = Clock.systemUTC();
    Path failureFile = logDirectory.resolve(FAILURE_FILE);
    try (LogFile log = LogFile.open(logDirectory.resolve(LOG_FILE), LOG_LIMIT_BYTES, clock)) {
      Files.deleteIfExists(failureFile);
      try {
        Optional<String> trouble = work.perform(log);
        trouble.ifPresent(text -> leaveWord(failureFile, text, log));
        return ExitCode.DONE;
      } catch (RunnerException e) {
        log.error(e.getMessage());
        leaveWord(failureFile, e.getMessage(), log);
        System.err.println("thermos-runner: " + e.getMessage());
        return e.exitCode();
      } catch (RuntimeException | Error e) {
        // A fault of the runner's own: the trace is for its developers and goes to the log alone.
        log.error(stackTrace(e));
        String text = "the runner is at fault: " + e + "; the trace is in " + LOG_FILE;
        leaveWord(failureFile, text, log);
        System.err.println("thermos-runner: " + text);
        return ExitCode.INTERNAL_ERROR;
      }
    } catch (IOException e) {
      System.err.println("thermos-runner: " + ErrorText.of(e));
      return ExitCode.UNKNOWN_ERROR;
    }
  }

  private static Optional<String> runTask(RunnerOptions options, PreparedTask prepared, Log log)
      throws RunnerException, IOException {
    // Not closed: its end, with ours, is what tells coordinators and waiting runners that we are
    // gone.
    Broker broker = Broker.inherited();
    StopSignals.install(broker, log);
    return new TaskRunner(options, prepared, broker, Clock.systemUTC(), log).run();
  }

  private static void leaveWord(Path file, String text, Log log) {
    try {
      // Anew, so that it is not written through a link that somebody put there.
      Files.deleteIfExists(file);
      Files.writeString(file, text.replace('\n', ' ') + "\n", StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      log.error("cannot write " + file + ": " + ErrorText.of(e));
    }
  }

  private static String stackTrace(Throwable e) {
    StringBuilder text = new StringBuilder(e.toString());
    for (StackTraceElement element : e.getStackTrace()) {
      text.append("\n  at ").append(element);
    }
    if (e.getCause() != null) {
      text.append("\ncaused by ").append(stackTrace(e.getCause()));
    }
    return text.toString();
  }
}
