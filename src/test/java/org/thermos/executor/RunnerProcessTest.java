package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.CheckpointTail;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.RecordLog;
import org.thermos.checkpoint.RunnerHeader;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.checkpoint.TaskState;
import org.thermos.checkpoint.TaskStatus;
import org.thermos.log.Log;
import org.thermos.process.Account;
import org.thermos.process.Accounts;
import org.thermos.process.Broker;
import org.thermos.process.CoordinatorSpec;
import org.thermos.process.LogSpec;
import org.thermos.process.NativeBinary;
import org.thermos.process.ProcessEntry;
import org.thermos.process.ProcessIdentity;
import org.thermos.process.ProcessTable;
import org.thermos.process.Signal;

/** The executor's last resort, when there is no runner to ask any more. */
@Timeout(60)
final class RunnerProcessTest {
  private static final ProcessTable TABLE = new ProcessTable();

  private static final Log NOWHERE =
      new Log() {
        @Override
        public void info(String message) {}

        @Override
        public void error(String message) {}
      };

  @TempDir Path directory;

  @Test
  void aForcedKillEndsWhatADeadCoordinatorOfADeadRunnerLeft() throws Exception {
    forcedKill(Kill.COORDINATOR_TOO);
  }

  @Test
  void aForcedKillEndsWhatNeitherTheRunnerNorTheCoordinatorLivedToTell() throws Exception {
    forcedKill(Kill.BOTH_BEFORE_FORKED);
  }

  @Test
  void aForcedKillEndsACoordinatorThatTheRunnerHadNoTimeToRecord() throws Exception {
    forcedKill(Kill.RUNNER_BEFORE_FORKED);
  }

  private enum Kill {
    COORDINATOR_TOO,
    RUNNER_BEFORE_FORKED,
    BOTH_BEFORE_FORKED
  }

  private void forcedKill(Kill kill) throws Exception {
    TaskPaths paths = TaskPaths.of(directory.resolve("root"), "task");
    Files.createDirectories(paths.checkpoints());
    Path sandbox = Files.createDirectory(directory.resolve("sandbox")).toRealPath();
    Path stream = paths.processCheckpoint("p");
    ProcessIdentity coordinator;
    try (Broker runners = Broker.start(NativeBinary.locate())) {
      coordinator = runners.launch(spec(stream, sandbox));
      while (records(stream).size() < 2) {
        Thread.onSpinWait();
      }
    }
    ProcessIdentity command =
        identity(((ProcessStatus) records(stream).get(1)).pid().orElseThrow());
    record(paths, kill == Kill.COORDINATOR_TOO ? records(stream) : List.of());
    try (Broker executors = Broker.start(NativeBinary.locate())) {
      if (kill != Kill.RUNNER_BEFORE_FORKED) {
        executors.signal(coordinator, Signal.KILL);
        while (isAlive(coordinator)) {
          Thread.onSpinWait();
        }
      }
      assertThat(isAlive(command)).isTrue();
      CheckpointFollower checkpoint = new CheckpointFollower(paths, NOWHERE);
      checkpoint.readNew();
      RunnerProcess runner =
          new RunnerProcess(executors, TaskPlace.only(directory, directory), () -> {}, NOWHERE);

      assertThat(runner.killAll(Optional.of(checkpoint))).isEmpty();
      assertThat(isAlive(command)).isFalse();
      assertThat(isAlive(coordinator)).isFalse();
    }
  }

  private static CoordinatorSpec spec(Path stream, Path sandbox) {
    return new CoordinatorSpec(
        stream,
        "p",
        0,
        List.of("/bin/sleep", "1000"),
        Optional.of(sandbox),
        CoordinatorSpec.Root.HOST,
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        new LogSpec(sandbox, List.of("logs"), LogSpec.Destination.FILE, new LogSpec.Standard()),
        CoordinatorSpec.StandardInput.NULL_DEVICE,
        "thermos-coordinator task p");
  }

  /** What the runner had written when it died. */
  private void record(TaskPaths paths, List<CheckpointRecord> ofTheCoordinator) throws Exception {
    Account account = new Accounts().current();
    List<CheckpointRecord> records = new ArrayList<>();
    records.add(new TaskStatus(TaskState.ACTIVE, Instant.now(), 1, account.uid()));
    records.add(
        new RunnerHeader(
            "task",
            Instant.now(),
            directory,
            "localhost",
            account.name(),
            Map.of(),
            Optional.empty(),
            OptionalInt.of(account.uid())));
    records.add(ProcessStatus.waiting(0, "p"));
    records.addAll(ofTheCoordinator);
    Files.createFile(paths.runnerCheckpoint());
    try (RecordLog stream = RecordLog.open(paths.runnerCheckpoint(), 0)) {
      stream.append(records);
    }
  }

  private static List<CheckpointRecord> records(Path stream) throws Exception {
    List<CheckpointRecord> records = new ArrayList<>();
    new CheckpointTail(stream).readNew(intact -> records.add(intact.record()));
    return records;
  }

  private static ProcessIdentity identity(int pid) throws IOException {
    return TABLE.find(pid).orElseThrow().identity();
  }

  private static boolean isAlive(ProcessIdentity process) {
    try {
      return TABLE
          .find(process.pid())
          .filter(ProcessEntry::isAlive)
          .map(ProcessEntry::identity)
          .filter(process::equals)
          .isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
