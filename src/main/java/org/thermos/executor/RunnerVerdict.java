package org.thermos.executor;

import java.util.List;
import java.util.Optional;
import org.apache.mesos.Protos.TaskStatus.Reason;
import org.thermos.checkpoint.TaskState;
import org.thermos.executor.SupervisionEvent.RunnerExit;
import org.thermos.runner.ExitCode;

/**
 * What the end of the runner means for the task: the table of executor 6.7, in the original's
 * words. Where it leaves the reader without a cause, the one that the runner noted is added.
 */
final class RunnerVerdict {
  /** How the launchers exit when there is no JVM (EX_UNAVAILABLE). */
  private static final int UNAVAILABLE = 69;

  private RunnerVerdict() {}

  /**
   * The task's last state.
   *
   * @param wanted why the task was told to end, if it was
   */
  static StatusResult of(RunnerEnd end, Optional<StatusResult> wanted) {
    return wanted.isPresent() ? afterStop(end, wanted.get()) : unasked(end);
  }

  /** As in {@code exited with 103: no space left on device}. */
  static String describe(RunnerExit exit) {
    String manner =
        exit.status().signal().isPresent()
            ? "was killed by signal " + exit.status().signal().getAsInt()
            : "exited with " + exit.status().exitCode().getAsInt();
    return manner + exit.cause().map(cause -> ": " + cause).orElse("");
  }

  private static StatusResult unasked(RunnerEnd end) {
    if (end instanceof RunnerEnd.Exited exited) {
      return ofExit(exited);
    }
    if (end instanceof RunnerEnd.Swept swept) {
      return StatusResult.lost(
          (swept.starts() == 1
                  ? lostText(swept)
                  : "Runner died "
                      + swept.starts()
                      + " times within a minute, at last it "
                      + describe(swept.exit())
                      + ".")
              + remains(swept.survivors()));
    }
    if (end instanceof RunnerEnd.LateStart) {
      return initializationFailed("Task did not start within deadline.");
    }
    if (end instanceof RunnerEnd.NotStarted notStarted) {
      return StatusResult.failed("Unknown exception starting runner: " + notStarted.reason())
          .because(Reason.REASON_CONTAINER_LAUNCH_FAILED);
    }
    throw new IllegalStateException("a runner that nobody stopped cannot end as " + end);
  }

  private static StatusResult afterStop(RunnerEnd end, StatusResult wanted) {
    if (end instanceof RunnerEnd.Exited exited
        && (exited.taskState() == TaskState.SUCCESS || exited.taskState() == TaskState.FAILED)) {
      return ofExit(exited); // It was faster. The original reports what was wanted even so.
    }
    if (end instanceof RunnerEnd.Swept swept) {
      String why = "The runner " + describe(swept.exit()) + "." + remains(swept.survivors());
      return StatusResult.lost(wanted.adding(why).message());
    }
    if (end instanceof RunnerEnd.Forced forced) {
      StatusResult late = wanted.adding("It did not end in time." + remains(forced.survivors()));
      return forced.survivors().isEmpty() ? late : StatusResult.lost(late.message());
    }
    return wanted;
  }

  private static StatusResult ofExit(RunnerEnd.Exited exited) {
    StatusResult result = table(exited);
    boolean started = exited.reach() == RunnerEnd.Reach.IN_CONTROL || saysState(exited.exit());
    return started ? result : initializationFailed("Task failed: " + result.message());
  }

  private static StatusResult table(RunnerEnd.Exited exited) {
    RunnerExit exit = exited.exit();
    // A runner that falls ill when its work is done does not spoil it.
    if (saysState(exit) || exited.taskState().isTerminal()) {
      return switch (exited.taskState()) {
        case SUCCESS -> new StatusResult(UpdateState.FINISHED, "Task finished.");
        case FAILED ->
            StatusResult.failed(with("Task failed.", exit))
                .because(Reason.REASON_COMMAND_EXECUTOR_FAILED);
        case KILLED -> StatusResult.killed("Task killed.");
        case LOST -> StatusResult.lost(with("Task lost.", exit));
        case ACTIVE -> StatusResult.lost(with("Runner died while task was active.", exit));
        case CLEANING, FINALIZING ->
            StatusResult.lost(with("Task checkpoint could not be read.", exit));
      };
    }
    if (exit.status().signal().isPresent()) {
      return StatusResult.lost(
          "Runner killed by signal " + exit.status().signal().getAsInt() + ".");
    }
    int code = exit.status().exitCode().getAsInt();
    if (code == ExitCode.UNKNOWN_USER.code()) {
      return StatusResult.failed(with("Task started with unknown user.", exit))
          .because(Reason.REASON_TASK_INVALID);
    }
    if (code == ExitCode.INTERNAL_ERROR.code()) {
      return StatusResult.lost(with("Thermos failed with internal error.", exit));
    }
    if (code == ExitCode.INVALID_TASK.code()) {
      return StatusResult.failed(with("Thermos received an invalid task.", exit))
          .because(Reason.REASON_TASK_INVALID);
    }
    if (code == ExitCode.UNKNOWN_ERROR.code()) {
      return StatusResult.lost(with("Thermos failed with an unknown error.", exit));
    }
    if (code == UNAVAILABLE) {
      return StatusResult.lost(with("Thermos could not be started.", exit));
    }
    return StatusResult.lost(
        with("Thermos exited for unknown reason (exit status: " + code + ")", exit));
  }

  /** Whether an exit code says that the checkpoint tells the rest. */
  private static boolean saysState(RunnerExit exit) {
    return exit.status().exitCode().isPresent()
        && (exit.status().exitCode().getAsInt() == ExitCode.DONE.code()
            || exit.status().exitCode().getAsInt() == ExitCode.TERMINAL_TASK.code());
  }

  private static String lostText(RunnerEnd.Swept swept) {
    return table(new RunnerEnd.Exited(swept.exit(), TaskState.ACTIVE, RunnerEnd.Reach.IN_CONTROL))
        .message();
  }

  private static StatusResult initializationFailed(String why) {
    return StatusResult.failed("Task initialization failed: " + why)
        .because(Reason.REASON_CONTAINER_LAUNCH_FAILED);
  }

  private static String remains(List<Integer> survivors) {
    return survivors.isEmpty()
        ? " All its processes were killed."
        : " These of its processes could not be killed: " + survivors + ".";
  }

  private static String with(String text, RunnerExit exit) {
    return exit.cause().map(cause -> text + " " + cause).orElse(text);
  }
}
