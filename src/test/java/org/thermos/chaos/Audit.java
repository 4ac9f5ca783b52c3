package org.thermos.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.mesos.Protos.TaskStatus;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskHistory;

/** Compares what Mesos was told, what the checkpoint says, and what was to be expected. */
final class Audit {
  /**
   * What was found.
   *
   * @param wrong in words; empty if all agree
   * @param outcome what Mesos was told
   * @param runs how many there were
   * @param lost how many of them are LOST
   * @param retries how many were not their process' first
   * @param adoptions how long it took from a runner's death until another was in control
   */
  record Finding(
      List<String> wrong,
      String outcome,
      int runs,
      int lost,
      int retries,
      List<Duration> adoptions) {}

  private final Trial trial;
  private final List<String> wrong = new ArrayList<>();

  private Audit(Trial trial) {
    this.trial = trial;
  }

  /** To be called when the trial is over. */
  static Finding of(Trial trial) throws IOException {
    return new Audit(trial).compare();
  }

  private Finding compare() throws IOException {
    Stream stream = Stream.read(trial.paths().runnerCheckpoint());
    TaskHistory history = stream.replay(wrong);
    boolean ended = history.state().isTerminal();
    Optional<TaskStatus> told = told();
    told.ifPresent(it -> wrong.addAll(new OutcomeAudit(trial, it, history.state()).complaints()));
    if (ended) {
      wrong.addAll(stream.wrong());
      checkEnd(stream.records());
    }
    wrong.addAll(new OrderAudit(trial.task(), stream.records()).complaints());
    List<Ledger.Line> ledger = trial.ledger().read();
    Set<ProcessStatus> elsewhere = recordsOfCoordinators();
    wrong.addAll(
        new RunAudit(ledger, history, killedCoordinators(), line -> isIn(elsewhere, line))
            .complaints());
    return finding(told.map(it -> it.getState().name()).orElse("no end"), stream, history);
  }

  private Optional<TaskStatus> told() {
    List<TaskStatus> terminal = new ArrayList<>();
    for (TaskStatus status : trial.updates()) {
      if (!terminal.isEmpty() && !terminal.contains(status)) {
        wrong.add("an update after the last: " + OutcomeAudit.words(status));
      }
      if (Trial.isTerminal(status) && !terminal.contains(status)) {
        terminal.add(status);
      }
    }
    return terminal.stream().findFirst();
  }

  private Set<Integer> killedCoordinators() {
    return trial.blows().stream()
        .filter(blow -> blow.kind().killsCoordinator())
        .flatMap(blow -> blow.victims().stream())
        .collect(Collectors.toSet());
  }

  /** When a task is given up in the middle, these know more than the task's own stream. */
  private Set<ProcessStatus> recordsOfCoordinators() throws IOException {
    Set<ProcessStatus> records = new HashSet<>();
    for (ChaosProcess process : trial.task().processes()) {
      for (CheckpointRecord record :
          Stream.read(trial.paths().processCheckpoint(process.name())).records()) {
        if (record instanceof ProcessStatus status) {
          records.add(status);
        }
      }
    }
    return records;
  }

  private static boolean isIn(Set<ProcessStatus> records, Ledger.Line start) {
    return records.stream()
        .anyMatch(
            it ->
                it.process().equals(start.process())
                    && it.coordinatorPid().orElse(-1) == start.parent());
  }

  private void checkEnd(List<CheckpointRecord> records) {
    CheckpointRecord last = records.get(records.size() - 1);
    if (!(last instanceof org.thermos.checkpoint.TaskStatus status)
        || !status.state().isTerminal()) {
      wrong.add("the last record is not the task's end: " + last);
    }
    if (Files.notExists(trial.paths().finishedTask()) || Files.exists(trial.paths().activeTask())) {
      wrong.add("the task file was not moved to finished");
    }
  }

  private Finding finding(String outcome, Stream stream, TaskHistory history) {
    int runs = 0;
    int lost = 0;
    for (String process : history.processes()) {
      for (ProcessStatus run : history.runs(process)) {
        runs++;
        lost += run.state() == ProcessState.LOST ? 1 : 0;
      }
    }
    return new Finding(
        wrong, outcome, runs, lost, runs - history.processes().size(), adoptions(stream));
  }

  private List<Duration> adoptions(Stream stream) {
    List<Duration> adoptions = new ArrayList<>();
    for (Blow blow : trial.blows()) {
      if (blow.kind().killsRunner()) {
        stream.records().stream()
            .filter(org.thermos.checkpoint.TaskStatus.class::isInstance)
            .map(org.thermos.checkpoint.TaskStatus.class::cast)
            .filter(it -> isTakeOver(it, stream, blow))
            .findFirst()
            .ifPresent(it -> adoptions.add(Duration.between(blow.time(), it.timestamp())));
      }
    }
    return adoptions;
  }

  /** Whether this is a later runner's first record. */
  private static boolean isTakeOver(
      org.thermos.checkpoint.TaskStatus status, Stream stream, Blow blow) {
    Instant first =
        stream.records().stream()
            .filter(org.thermos.checkpoint.TaskStatus.class::isInstance)
            .map(org.thermos.checkpoint.TaskStatus.class::cast)
            .filter(it -> it.runnerPid() == status.runnerPid())
            .findFirst()
            .orElseThrow()
            .timestamp();
    return first.isAfter(blow.time()) && first.equals(status.timestamp());
  }
}
