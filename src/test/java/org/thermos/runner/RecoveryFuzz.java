package org.thermos.runner;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.thermos.checkpoint.CheckpointException;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.FuzzedRecords;
import org.thermos.checkpoint.RunnerHeader;
import org.thermos.config.ConfigException;
import org.thermos.config.Task;
import org.thermos.config.TaskTemplate;
import org.thermos.fuzz.Require;
import org.thermos.plan.InvalidScheduleException;
import org.thermos.plan.RunLimit;

/** Any history a stream can tell: a runner refuses it, or goes on with it. */
public final class RecoveryFuzz {
  private static final Moment NOW =
      new Moment(Instant.parse("2026-11-21T12:00:00Z"), Duration.ofHours(1));

  private static final RunnerHeader HEADER =
      new RunnerHeader(
          "task-0",
          NOW.wall(),
          Path.of("/sandbox"),
          "host",
          "root",
          Map.of(),
          Optional.empty(),
          OptionalInt.empty());

  private static final Task TASK = task();

  private RecoveryFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) throws InvalidScheduleException {
    List<CheckpointRecord> records = FuzzedRecords.of(bytes);
    TaskProgress progress = TaskProgress.of(TASK, new RunLimit(100));
    try {
      for (CheckpointRecord record : records) {
        progress.replay(record, NOW);
      }
    } catch (CheckpointException e) {
      Require.that(!e.getMessage().isBlank(), "a refusal says why");
      return;
    }
    if (!progress.state().isTerminal()) {
      TaskMachine machine = new TaskMachine(progress, HEADER, new RunnerIdentity(42, 0));
      Decision decision = machine.start(Optional.empty(), NOW);
      Require.that(!decision.records().isEmpty(), "a runner signs what it takes over");
    }
  }

  private static Task task() {
    String json =
        """
        {"name": "task", "max_failures": 2, "max_concurrency": 1,
         "processes": [
           {"name": "a", "cmdline": "true", "max_failures": 3},
           {"name": "b", "cmdline": "true", "daemon": true, "max_failures": 0},
           {"name": "final", "cmdline": "true", "final": true}],
         "constraints": [{"order": ["a", "b"]}],
         "resources": {"cpu": 1, "ram": 1, "disk": 1}}
        """;
    try {
      return TaskTemplate.parse(json.getBytes(StandardCharsets.UTF_8))
          .bind("task-0", "root", Map.of())
          .task();
    } catch (ConfigException e) {
      throw new AssertionError(e);
    }
  }
}
