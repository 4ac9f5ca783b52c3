package org.thermos.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.thermos.checkpoint.CheckpointLoader;
import org.thermos.checkpoint.CheckpointProblem;
import org.thermos.checkpoint.LoadedCheckpoint;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.checkpoint.TaskState;
import org.thermos.monitor.Control;
import org.thermos.monitor.RunnerFinder;
import org.thermos.process.Broker;
import org.thermos.process.BrokerEvent;
import org.thermos.process.ExitStatus;
import org.thermos.process.NativeBinary;
import org.thermos.process.ProcessIdentity;
import org.thermos.process.Signal;
import org.thermos.process.SignalResult;
import org.thermos.runner.KillWait;

/**
 * Ends one task from outside. Its runner is asked, if there is one, and otherwise a runner is
 * started that takes the task over only to end it: no other program writes a task's stream. Every
 * wait has a bound. Blocks; for one thread of its own.
 */
final class TaskEnding implements Callable<StopResult> {
  /** What a runner may take beyond the time that the task has: to start, to kill, to sync. */
  private static final Duration MARGIN = Duration.ofSeconds(30);

  /** What a runner may take to obey at once when it is killed otherwise. */
  private static final Duration FORCED_MARGIN = Duration.ofSeconds(3);

  /** How long a lock's holder may take to sign the stream, or to let go. */
  private static final Duration STRANGER_PATIENCE = Duration.ofSeconds(2);

  private static final Duration PAUSE = Duration.ofMillis(50);

  /** Runners that are started again by an executor when they are killed give up before that. */
  private static final int ATTEMPTS = 8;

  private static final String FORCE_HINT = "; --force ends it at once, without finalizers";

  private static final int DONE = 0;
  private static final int REFUSED_BY_SYSTEM = org.thermos.runner.ExitCode.UNKNOWN_ERROR.code();
  private static final int INVALID = org.thermos.runner.ExitCode.INVALID_TASK.code();

  private final TaskPaths paths;
  private final StopWish wish;
  private final Path runnerProgram;
  private final List<String> notes = new ArrayList<>();

  /** How long the task still may take; nothing once that time is over. */
  private Duration allowance;

  TaskEnding(TaskPaths paths, StopWish wish, Path runnerProgram) {
    this.paths = paths;
    this.wish = wish;
    this.runnerProgram = runnerProgram;
    boolean isAtOnce = wish.isForced() || wish.outcome() == TaskState.LOST;
    this.allowance =
        wish.allowance().orElseGet(() -> isAtOnce ? Duration.ZERO : KillWait.recorded(paths));
  }

  @Override
  public StopResult call() {
    try (Broker broker = Broker.start(NativeBinary.locate())) {
      end(broker);
      return new StopResult(Optional.empty(), notes);
    } catch (CommandException e) {
      return failed(e.getMessage());
    } catch (NoSuchFileException e) {
      return isOver() ? new StopResult(Optional.empty(), notes) : failed(missing(e));
    } catch (IOException e) {
      return failed(FileErrors.reason(e));
    }
  }

  private StopResult failed(String why) {
    return new StopResult(
        Optional.of("cannot " + wish.verb() + " " + paths.taskId() + ": " + why), notes);
  }

  private String missing(NoSuchFileException e) {
    return e.getFile()
        + " does not exist, so nothing is known of its processes; remove "
        + paths.activeTask()
        + " to forget the task";
  }

  /** Returns when the task is over and nothing of it alive. */
  private void end(Broker broker) throws CommandException, IOException {
    RunnerFinder finder = new RunnerFinder(broker);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Control control = settled(broker, finder);
      if (control instanceof Control.Stranger stranger) {
        throw unable(
            "cannot lock "
                + paths.runnerCheckpoint()
                + ": held by pid "
                + stranger.pid()
                + ", which nobody has signalled, since "
                + stranger.why());
      }
      boolean isOver =
          control instanceof Control.Runner runner
              ? ask(broker, finder, runner)
              : takeOver(broker, finder, Optional.empty());
      if (isOver) {
        return;
      }
    }
    throw unable(
        "every time its runner is gone another one takes its place; stop whatever starts them");
  }

  /** Who drives the task; a runner that has only just begun, or ended, is given a moment. */
  private Control settled(Broker broker, RunnerFinder finder) throws IOException {
    long deadline = System.nanoTime() + STRANGER_PATIENCE.toNanos();
    Control control = finder.find(paths);
    while (control instanceof Control.Stranger && System.nanoTime() < deadline) {
      pause(broker, PAUSE);
      control = finder.find(paths);
    }
    return control;
  }

  // --- a task that has a runner -----------------------------------------------------------------

  /** Whether the task is over; if not, it has no runner any more. */
  private boolean ask(Broker broker, RunnerFinder finder, Control.Runner runner)
      throws CommandException, IOException {
    ProcessIdentity process = runner.process();
    broker.watchExit(process);
    boolean mayAsk = !wish.isForced() || wish.outcome() == TaskState.LOST || !allowance.isZero();
    if (mayAsk) {
      signal(broker, process, wish.outcome() == TaskState.LOST ? Signal.USER_2 : Signal.USER_1);
      Duration patience = allowance.plus(wish.isForced() ? FORCED_MARGIN : MARGIN);
      if (awaitEnd(broker, process, patience).isPresent()) {
        return isOver();
      }
      if (!wish.isForced()) {
        throw unable(disobeyed(runner, patience));
      }
    }
    allowance = Duration.ZERO;
    return takeOver(broker, finder, Optional.of(runner));
  }

  private void signal(Broker broker, ProcessIdentity process, Signal signal)
      throws CommandException, IOException {
    if (broker.signal(process, signal) == SignalResult.FORBIDDEN) {
      throw unable("its runner, pid " + process.pid() + ", is another account's; be root");
    }
  }

  private String disobeyed(Control.Runner runner, Duration patience) {
    int pid = runner.process().pid();
    return "cannot lock "
        + paths.runnerCheckpoint()
        + ": held by pid "
        + pid
        + " since "
        + runner.since()
        + ", which was asked "
        + patience.toSeconds()
        + " s ago to end the task and has not"
        + (runner.isStopped() ? " (it is stopped: kill -CONT " + pid + " lets it go on)" : "")
        + "; wait longer, or use --force to take over";
  }

  // --- a task that has none ---------------------------------------------------------------------

  /**
   * Whether the task is over; if not, somebody else has taken it over meanwhile.
   *
   * @param killed the runner that has it now and is not asked any more. It is killed when the other
   *     one waits for its lock, so that none that an executor starts can come first.
   */
  private boolean takeOver(Broker broker, RunnerFinder finder, Optional<Control.Runner> killed)
      throws CommandException, IOException {
    if (isOver()) {
      return true; // Its runner had just ended it.
    }
    Optional<CheckpointProblem> damage = damage();
    RunnerLaunch launch =
        RunnerLaunch.start(
            broker,
            runnerProgram,
            paths,
            wish,
            allowance.isZero() ? Optional.of(Duration.ZERO) : wish.allowance(),
            damage.isPresent() ? RunnerLaunch.Task.KILL_DAMAGED : RunnerLaunch.Task.END);
    Optional<ExitStatus> refusal = Optional.empty();
    if (killed.isPresent()) {
      refusal = awaitReady(broker, launch);
      if (refusal.isEmpty()) {
        kill(broker, killed.get());
      }
    }
    int code = refusal.isPresent() ? refusal.get().returnCode() : exitCode(broker, launch);
    if (damage.isPresent()) {
      throw unable("its end cannot be recorded; " + lastWords(launch, code));
    }
    if (isOver()) {
      launch.note().filter(any -> code == DONE).ifPresent(notes::add);
      launch.forget();
      return true;
    }
    if (code == REFUSED_BY_SYSTEM && !(finder.find(paths) instanceof Control.Nobody)) {
      launch.forget();
      return false;
    }
    throw unable(lastWords(launch, code) + (code == INVALID && !wish.isForced() ? FORCE_HINT : ""));
  }

  private void kill(Broker broker, Control.Runner runner) throws CommandException, IOException {
    signal(broker, runner.process(), Signal.KILL);
    if (!runner.keeper().equals(runner.process())) {
      signal(broker, runner.keeper(), Signal.KILL); // Stopped, it would not see that it has to end.
    }
    notes.add("killed the runner of " + paths.taskId() + ", pid " + runner.process().pid());
  }

  /** What is wrong with the stream, if it is more than a torn tail. */
  private Optional<CheckpointProblem> damage() throws CommandException, IOException {
    LoadedCheckpoint checkpoint = CheckpointLoader.load(paths.runnerCheckpoint());
    if (checkpoint.isAppendable()) {
      return Optional.empty();
    }
    CheckpointProblem problem = checkpoint.problem().orElseThrow();
    if (!wish.isForced()) {
      throw unable(
          paths.runnerCheckpoint()
              + ": offset "
              + problem.offset()
              + ": "
              + problem.reason()
              + "; its processes may be running: --force kills those that can still be known, and"
              + " leaves the files as they are");
    }
    return Optional.of(problem);
  }

  private int exitCode(Broker broker, RunnerLaunch launch) throws CommandException, IOException {
    Duration patience = allowance.plus(MARGIN);
    Optional<ExitStatus> end = awaitEnd(broker, launch.process(), patience);
    return end.orElseThrow(
            () ->
                unable(
                    "the runner that took it over, pid "
                        + launch.process().pid()
                        + ", has not ended it within "
                        + patience.toSeconds()
                        + " s and goes on; its log is in "
                        + launch.logs()))
        .returnCode();
  }

  private static String lastWords(RunnerLaunch launch, int code) {
    Optional<String> note = launch.note();
    if (note.isPresent()) {
      launch.forget();
    }
    return note.orElse(
        "the runner that took it over ended with " + code + "; its log is in " + launch.logs());
  }

  // --- waiting ----------------------------------------------------------------------------------

  private boolean isOver() {
    return Files.notExists(paths.activeTask(), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Waits for the end of a process, at most so long.
   *
   * @return how it ended, or 0 if it is none of ours; empty if it has not
   */
  private static Optional<ExitStatus> awaitEnd(
      Broker broker, ProcessIdentity process, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        broker.cancelWake();
        return Optional.empty();
      }
      broker.wakeAfter(Duration.ofNanos(left));
      BrokerEvent event = broker.next();
      if (event instanceof BrokerEvent.Exited exited && exited.pid() == process.pid()) {
        return Optional.of(exited.status());
      }
      if (event instanceof BrokerEvent.Gone gone && gone.process().equals(process)) {
        return Optional.of(new ExitStatus(0));
      }
      requireOpen(event);
    }
  }

  /**
   * Waits until a runner is about to take the lock.
   *
   * @return how it ended, if it has, because it cannot take the task over
   */
  private static Optional<ExitStatus> awaitReady(Broker broker, RunnerLaunch launch)
      throws CommandException, IOException {
    long deadline = System.nanoTime() + MARGIN.toNanos();
    Optional<ExitStatus> end = Optional.empty();
    while (end.isEmpty() && !launch.isReady()) {
      if (System.nanoTime() > deadline) {
        throw unable("a runner to take it over does not start; its log is in " + launch.logs());
      }
      end = awaitEnd(broker, launch.process(), PAUSE);
    }
    return end;
  }

  private static void pause(Broker broker, Duration time) throws IOException {
    long deadline = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < deadline) {
      broker.wakeAfter(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
      requireOpen(broker.next());
    }
  }

  private static void requireOpen(BrokerEvent event) throws IOException {
    if (event instanceof BrokerEvent.Closed) {
      throw new IOException("the broker at this program's side is gone");
    }
  }

  private static CommandException unable(String why) {
    return new CommandException(ExitCode.FAILED, why);
  }
}
