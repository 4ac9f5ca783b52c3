package org.thermos.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskHistory;

/** Holds the runs in a checkpoint against those in the ledger, both ways. */
final class RunAudit {
  private final Trial trial;
  private final TaskHistory history;
  private final List<Ledger.Line> ledger;
  private final Set<Ledger.Line> matched = new HashSet<>();
  private final List<String> complaints = new ArrayList<>();

  RunAudit(Trial trial, TaskHistory history) throws IOException {
    this.trial = trial;
    this.history = history;
    this.ledger = trial.ledger().read();
    checkLines();
    for (ChaosProcess process : trial.task().processes()) {
      checkRuns(process.name());
    }
  }

  List<String> complaints() {
    return complaints;
  }

  private void checkLines() {
    for (Ledger.Line line : ledger) {
      if (line.event().equals("overlap") || line.event().startsWith("early")) {
        complaints.add("the ledger says: " + line);
      }
    }
  }

  private void checkRuns(String process) throws IOException {
    List<ProcessStatus> runs = history.runs(process);
    List<Ledger.Line> starts =
        ledger.stream()
            .filter(it -> it.process().equals(process) && it.event().equals("start"))
            .toList();
    Optional<Ledger.Line> last = Optional.empty();
    for (ProcessStatus run : runs) {
      Optional<Ledger.Line> start = starts.stream().filter(it -> isOf(it, run)).findFirst();
      if (start.isPresent()) {
        checkOrder(last, start.get(), run);
        last = start;
        matched.add(start.get());
      }
      check(run, start);
    }
    for (Ledger.Line start : starts) {
      if (!matched.contains(start) && !isOpenElsewhere(start)) {
        complaints.add("started, but not in the checkpoint: " + start + "; it has " + runs);
      }
    }
    starts.stream()
        .filter(start -> starts.stream().filter(it -> it.pid() == start.pid()).count() > 1)
        .forEach(start -> complaints.add("started twice: " + start));
  }

  private static boolean isOf(Ledger.Line start, ProcessStatus run) {
    int parent = start.rest().get(0);
    boolean byParent =
        run.coordinatorPid().isPresent() && run.coordinatorPid().getAsInt() == parent;
    return run.pid().isPresent() ? run.pid().getAsInt() == start.pid() : byParent;
  }

  private void checkOrder(Optional<Ledger.Line> last, Ledger.Line start, ProcessStatus run) {
    if (last.isPresent() && ledger.indexOf(last.get()) > ledger.indexOf(start)) {
      complaints.add("in another order than in the ledger: " + run);
    }
  }

  private void check(ProcessStatus run, Optional<Ledger.Line> start) {
    Optional<Ledger.Line> end =
        start.flatMap(
            it ->
                ledger.stream()
                    .filter(line -> line.event().equals("end") && line.pid() == it.pid())
                    .findFirst());
    switch (run.state()) {
      case SUCCESS, FAILED -> {
        boolean agree =
            run.pid().isPresent()
                && end.isPresent()
                && end.get().rest().get(0) == run.returnCode().orElse(Integer.MIN_VALUE)
                && (run.state() == ProcessState.SUCCESS) == (run.returnCode().orElse(1) == 0);
        if (!agree) {
          complaints.add("the checkpoint says " + run + ", the ledger " + start + ", " + end);
        }
      }
      case LOST -> {
        boolean killedByUs =
            trial.blows().stream()
                .filter(blow -> blow.kind().killsCoordinator())
                .anyMatch(blow -> blow.victims().contains(run.coordinatorPid().orElse(-1)));
        if (!killedByUs && history.state() != org.thermos.checkpoint.TaskState.LOST) {
          complaints.add("nobody killed the coordinator of " + run);
        }
      }
      case KILLED -> {
        if (run.returnCode().orElse(0) >= 0) {
          complaints.add("killed, but not by a signal: " + run);
        }
      }
      case WAITING, FORKED, RUNNING -> {
        if (history.state().isTerminal()) {
          complaints.add("the task is over, but not " + run);
        }
      }
    }
  }

  /**
   * When a task is given up in the middle, its coordinators' streams know more than the task's own.
   */
  private boolean isOpenElsewhere(Ledger.Line start) throws IOException {
    if (history.state().isTerminal()) {
      return false;
    }
    Stream stream = Stream.read(trial.paths().processCheckpoint(start.process()));
    for (CheckpointRecord record : stream.records()) {
      if (record instanceof ProcessStatus status
          && status.coordinatorPid().orElse(-1) == start.rest().get(0)) {
        return true;
      }
    }
    return false;
  }
}
