package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.apache.mesos.Protos.TaskStatus.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thermos.checkpoint.TaskState;
import org.thermos.executor.RunnerEnd.Reach;
import org.thermos.executor.SupervisionEvent.RunnerExit;
import org.thermos.process.ExitStatus;

/** The table of executor 6.7. */
class RunnerVerdictTest {
  @ParameterizedTest
  @CsvSource({
    "0,   SUCCESS,    FINISHED, Task finished.,",
    "105, SUCCESS,    FINISHED, Task finished.,",
    "0,   FAILED,     FAILED,   Task failed. Why., REASON_COMMAND_EXECUTOR_FAILED",
    "0,   KILLED,     KILLED,   Task killed.,",
    "0,   LOST,       LOST,     Task lost. Why.,",
    "0,   ACTIVE,     LOST,     Runner died while task was active. Why.,",
    "0,   CLEANING,   LOST,     Task checkpoint could not be read. Why.,",
    "0,   FINALIZING, LOST,     Task checkpoint could not be read. Why.,",
    "104, ACTIVE,     FAILED,   Task started with unknown user. Why., REASON_TASK_INVALID",
    "101, ACTIVE,     LOST,     Thermos failed with internal error. Why.,",
    "102, ACTIVE,     FAILED,   Thermos received an invalid task. Why., REASON_TASK_INVALID",
    "103, ACTIVE,     LOST,     Thermos failed with an unknown error. Why.,",
    "7,   ACTIVE,     LOST,     Thermos exited for unknown reason (exit status: 7) Why.,",
    // Not -1, as the original has it (gaps 9.3 #39).
    "255, ACTIVE,     LOST,     Thermos exited for unknown reason (exit status: 255) Why.,",
    "101, SUCCESS,    FINISHED, Task finished.,",
  })
  void exitCodes(int code, TaskState taskState, UpdateState state, String message, Reason reason) {
    RunnerExit exit = new RunnerExit(new ExitStatus(code << 8), Optional.of("Why."));

    assertThat(
            RunnerVerdict.of(
                new RunnerEnd.Exited(exit, taskState, Reach.IN_CONTROL), Optional.empty()))
        .isEqualTo(new StatusResult(state, message, Optional.ofNullable(reason)));
  }

  @Test
  void whatNeverStartedFailed() {
    RunnerExit exit = new RunnerExit(new ExitStatus(104 << 8), Optional.empty());

    assertThat(
            RunnerVerdict.of(
                new RunnerEnd.Exited(exit, TaskState.ACTIVE, Reach.NEVER_IN_CONTROL),
                Optional.empty()))
        .isEqualTo(
            StatusResult.failed(
                    "Task initialization failed: Task failed: Task started with unknown user.")
                .because(Reason.REASON_CONTAINER_LAUNCH_FAILED));
  }

  @Test
  void aRunnerKilledByASignalIsNoKilledTask() {
    RunnerExit exit = new RunnerExit(new ExitStatus(9), Optional.empty());

    assertThat(
            RunnerVerdict.of(
                new RunnerEnd.Swept(exit, TaskState.LOST, 4, List.of()), Optional.empty()))
        .isEqualTo(
            StatusResult.lost(
                "Runner died 4 times within a minute, at last it was killed by signal 9. All its"
                    + " processes were killed.")); // gaps 9.3 #28
  }
}
