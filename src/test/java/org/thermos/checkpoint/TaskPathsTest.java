package org.thermos.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskPathsTest {
  private static final Path ROOT = Path.of("/var/run/thermos");

  @Test
  void filesLieWhereTheOriginalPutsThem() {
    TaskPaths paths = TaskPaths.of(ROOT, "task-1");

    assertThat(paths.activeTask()).hasToString("/var/run/thermos/tasks/active/task-1");
    assertThat(paths.finishedTask()).hasToString("/var/run/thermos/tasks/finished/task-1");
    assertThat(paths.checkpoints()).hasToString("/var/run/thermos/checkpoints/task-1");
    assertThat(paths.runnerCheckpoint()).hasToString("/var/run/thermos/checkpoints/task-1/runner");
    assertThat(paths.processCheckpoint("my proc.1"))
        .hasToString("/var/run/thermos/checkpoints/task-1/coordinator.my proc.1");
    assertThat(paths.legacyLogs()).hasToString("/var/run/thermos/logs/task-1");
    assertThat(TaskPaths.defaultLogs(Path.of("/sandbox"))).hasToString("/sandbox/.logs");
    assertThat(TaskPaths.runLogs(Path.of("/sandbox/.logs"), "p", 3))
        .hasToString("/sandbox/.logs/p/3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "/", "a/b", "../x", "/etc/passwd", "a\0b", "a/"})
  void namesThatLeadElsewhereAreRefused(String name) {
    TaskPaths paths = TaskPaths.of(ROOT, "task");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> TaskPaths.of(ROOT, name))
        .withMessageContaining("task id");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> paths.processCheckpoint(name))
        .withMessageContaining("process name");
    assertThatIllegalArgumentException().isThrownBy(() -> TaskPaths.runLogs(ROOT, name, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"...", "..a", "a..b", ".hidden", "a b", "a\\b", "*"})
  void namesThatOnlyLookOddAreTaken(String name) {
    assertThat(TaskPaths.of(ROOT, name).processCheckpoint(name).getParent())
        .isEqualTo(TaskPaths.of(ROOT, name).checkpoints());
    assertThat(TaskPaths.of(ROOT, name).activeTask().getParent())
        .hasToString("/var/run/thermos/tasks/active");
  }
}
