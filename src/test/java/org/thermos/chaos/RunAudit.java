package org.thermos.chaos;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskHistory;
import org.thermos.checkpoint.TaskState;

/** Holds the runs in a checkpoint against those in the ledger, both ways. */
final class RunAudit {
  private final List<Ledger.Line> ledger;
  private final TaskHistory history;
  private final Set<Integer> killedCoordinators;
  private final Predicate<Ledger.Line> isKnownElsewhere;
  private final Set<Integer> matched = new HashSet<>();
  private final List<String> complaints = new ArrayList<>();

  /**
   * @param killedCoordinators pids of those that somebody else than the runner killed
   * @param isKnownElsewhere whether a run that the checkpoint lacks is in a coordinator's stream
   */
  RunAudit(
      List<Ledger.Line> ledger,
      TaskHistory history,
      Set<Integer> killedCoordinators,
      Predicate<Ledger.Line> isKnownElsewhere) {
    this.ledger = List.copyOf(ledger);
    this.history = history;
    this.killedCoordinators = Set.copyOf(killedCoordinators);
    this.isKnownElsewhere = isKnownElsewhere;
    history.processes().forEach(this::matchRuns);
    checkLines();
  }

  List<String> complaints() {
    return complaints;
  }

  private void matchRuns(String process) {
    int before = -1;
    for (ProcessStatus run : history.runs(process)) {
      int start = start(run);
      if (start >= 0) {
        matched.add(start);
        if (start < before) {
          complaints.add("in another order than in the ledger: " + run);
        }
        before = start;
      }
      check(run, start);
    }
  }

  /** The place of the line with which a run begins; -1 if it has none. */
  private int start(ProcessStatus run) {
    for (int i = 0; i < ledger.size(); i++) {
      Ledger.Line line = ledger.get(i);
      if (line.isStart() && !matched.contains(i) && isOf(line, run)) {
        return i;
      }
    }
    return -1;
  }

  /** A run that was lost early may have nothing but its coordinator in the checkpoint. */
  private static boolean isOf(Ledger.Line start, ProcessStatus run) {
    boolean samePid =
        run.pid().isPresent()
            ? run.pid().getAsInt() == start.pid()
            : run.coordinatorPid().orElse(-1) == start.parent();
    return start.process().equals(run.process()) && samePid;
  }

  /** The line with which the run that began there ended by itself. */
  private Optional<Ledger.Line> end(int start) {
    if (start < 0) {
      return Optional.empty();
    }
    return ledger.subList(start, ledger.size()).stream()
        .filter(line -> line.event().equals("end") && line.pid() == ledger.get(start).pid())
        .findFirst();
  }

  private void check(ProcessStatus run, int start) {
    switch (run.state()) {
      case SUCCESS, FAILED -> {
        Optional<Ledger.Line> end = end(start);
        int code = run.returnCode().orElse(Integer.MIN_VALUE);
        boolean means = (run.state() == ProcessState.SUCCESS) == (code == 0);
        if (!means || end.isEmpty() || end.get().code() != code) {
          complaints.add("the checkpoint says " + run + ", the ledger " + end);
        }
      }
      case LOST -> {
        boolean wasKilled = killedCoordinators.contains(run.coordinatorPid().orElse(-1));
        if (!wasKilled && history.state() != TaskState.LOST) {
          complaints.add("nobody killed the coordinator of " + run);
        }
      }
      case KILLED -> {
        if (run.returnCode().orElse(0) >= 0) {
          complaints.add("killed, but not by a signal: " + run);
        }
      }
      case WAITING -> {
        // Not begun when the task began to end: it stays like that, as in the original.
      }
      case FORKED, RUNNING -> {
        if (history.state().isTerminal()) {
          complaints.add("the task is over, but not " + run);
        }
      }
    }
  }

  private void checkLines() {
    for (int i = 0; i < ledger.size(); i++) {
      Ledger.Line line = ledger.get(i);
      boolean isMissed = line.isStart() && !matched.contains(i);
      if (isMissed && (history.state().isTerminal() || !isKnownElsewhere.test(line))) {
        complaints.add("started, but not in the checkpoint: " + line);
      }
      if (line.event().equals("overlap") || line.event().equals("early")) {
        complaints.add("the ledger says: " + line);
      }
    }
  }
}
