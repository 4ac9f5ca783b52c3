package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thermos.cli.RunProgress.Action;

class RunProgressTest {
  private static final RunEvent STOP = new RunEvent.StopAsked();
  private static final RunEvent ENDED = new RunEvent.ExecutorEnded(0);

  private final RunProgress progress = new RunProgress();

  @ParameterizedTest
  @CsvSource({
    "TASK_FINISHED, 0",
    "TASK_FAILED, 1",
    "TASK_ERROR, 1",
    "TASK_KILLED, 2",
    "TASK_LOST, 2",
    "TASK_DROPPED, 2",
    "TASK_GONE, 2"
  })
  void theStateOfTheTaskIsTheExitCode(TaskState state, int exitCode) {
    progress.handle(update(TaskState.TASK_RUNNING));
    progress.handle(update(state));
    progress.handle(ENDED);

    assertThat(progress.isOver()).isTrue();
    assertThat(progress.end().exitCode()).isEqualTo(exitCode);
  }

  @Test
  void itIsOverWhenBothTaskAndExecutorAre() {
    progress.handle(update(TaskState.TASK_FINISHED));
    assertThat(progress.isOver()).isFalse();
    progress.handle(ENDED);
    assertThat(progress.isOver()).isTrue();
  }

  @Test
  void theOrderDoesNotMatter() {
    progress.handle(update(TaskState.TASK_RUNNING));
    progress.handle(ENDED);
    assertThat(progress.isOver()).isFalse();
    progress.handle(update(TaskState.TASK_FAILED));
    assertThat(progress.isOver()).isTrue();
  }

  @Test
  void patienceEndsWithTheTask() {
    progress.handle(update(TaskState.TASK_RUNNING));
    assertThat(progress.patience()).isEmpty();
    progress.handle(update(TaskState.TASK_FINISHED));
    assertThat(progress.patience()).isPresent();
    progress.handle(new RunEvent.TimedOut());
    assertThat(progress.isOver()).isTrue();
    assertThat(progress.end().exitCode()).isZero();
  }

  @Test
  void anExecutorThatEndsWithoutAWordHasLostTheTask() {
    progress.handle(update(TaskState.TASK_RUNNING));
    progress.handle(ENDED);
    progress.handle(new RunEvent.TimedOut());

    assertThat(progress.isOver()).isTrue();
    assertThat(progress.end().state()).isEqualTo(TaskState.TASK_LOST);
    assertThat(progress.end().exitCode()).isEqualTo(ExitCode.KILLED);
  }

  @Test
  void aFailureBeforeTheExecutorSaidAnythingIsTheExecutors() {
    progress.handle(update(TaskState.TASK_FAILED, TaskStatus.Source.SOURCE_SLAVE));
    assertThat(progress.end().exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
  }

  @Test
  void anExecutorThatDiesLaterHasFailedTheTask() {
    progress.handle(update(TaskState.TASK_RUNNING));
    progress.handle(update(TaskState.TASK_FAILED, TaskStatus.Source.SOURCE_SLAVE));
    assertThat(progress.end().exitCode()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void theFirstEndCounts() {
    progress.handle(update(TaskState.TASK_FINISHED));
    progress.handle(update(TaskState.TASK_LOST, TaskStatus.Source.SOURCE_SLAVE));
    assertThat(progress.end().state()).isEqualTo(TaskState.TASK_FINISHED);
  }

  @Test
  void oneStopKillsTwoForceThreeLeave() {
    progress.handle(update(TaskState.TASK_RUNNING));
    assertThat(progress.handle(STOP)).isEqualTo(Action.KILL);
    assertThat(progress.isOver()).isFalse();
    assertThat(progress.handle(STOP)).isEqualTo(Action.FORCE);
    assertThat(progress.isOver()).isFalse();
    assertThat(progress.handle(STOP)).isEqualTo(Action.FORCE);
    assertThat(progress.isOver()).isTrue();
    assertThat(progress.end().exitCode()).isEqualTo(ExitCode.KILLED);
  }

  private static RunEvent update(TaskState state) {
    return update(state, TaskStatus.Source.SOURCE_EXECUTOR);
  }

  private static RunEvent update(TaskState state, TaskStatus.Source source) {
    return new RunEvent.Updated(
        TaskStatus.newBuilder()
            .setTaskId(TaskID.newBuilder().setValue("task"))
            .setState(state)
            .setSource(source)
            .build());
  }
}
