package org.thermos.runner;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.thermos.checkpoint.CheckpointDispatcher;
import org.thermos.checkpoint.CheckpointException;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.RunnerHeader;
import org.thermos.checkpoint.TaskHistory;
import org.thermos.checkpoint.TaskState;
import org.thermos.checkpoint.TaskStatus;
import org.thermos.config.ProcessConfig;

/** What must hold in a simulated world, whatever goes wrong in it. */
final class Invariants {
  private final SimulatedWorld world;

  Invariants(SimulatedWorld world) {
    this.world = world;
  }

  /** Checked before a coordinator writes its first record. */
  void checkFork(SimulatedCoordinator coordinator) {
    for (ProcessStatus status :
        world.coordinatorStreams.getOrDefault(coordinator.process, List.of())) {
      check(status.seq() < coordinator.nextSeq, "a run of " + coordinator.process + " is repeated");
    }
  }

  /** Checked at the moment a command starts. */
  void checkStart(SimulatedCoordinator starting) {
    ProcessConfig process = world.scenario.process(starting.process);
    Set<String> busy = new HashSet<>();
    for (SimulatedCoordinator other : world.coordinators) {
      if (other.treeAlive) {
        check(!other.process.equals(starting.process), "two live runs of " + starting.process);
        busy.add(other.process);
      }
    }
    int limit = world.scenario.task().maxConcurrency();
    check(limit == 0 || busy.size() < limit, "more than " + limit + " processes at once");
    for (String predecessor : world.scenario.predecessors(starting.process)) {
      check(
          hasFinished(predecessor),
          starting.process + " started before " + predecessor + " was done");
    }
    boolean finalizing = states().contains(TaskState.FINALIZING);
    check(process.isFinal() == finalizing, starting.process + " started in the wrong stage");
    check(
        recorded(starting.process, starting.run) != null,
        starting.process + " started without a durable WAITING record");
  }

  /** An ephemeral process is finished by its last failure too. */
  private boolean hasFinished(String process) {
    List<ProcessStatus> stream = world.coordinatorStreams.getOrDefault(process, List.of());
    return stream.stream()
        .anyMatch(
            status ->
                status.state() == ProcessState.SUCCESS
                    || (status.state() == ProcessState.FAILED
                        && world.scenario.process(process).ephemeral()));
  }

  private ProcessStatus recorded(String process, int run) {
    int seen = -1;
    for (CheckpointRecord record : world.runnerStream) {
      if (record instanceof ProcessStatus status
          && status.process().equals(process)
          && status.state() == ProcessState.WAITING
          && ++seen == run) {
        return status;
      }
    }
    return null;
  }

  /** Checked at every record the runner writes. */
  void checkRecord(CheckpointRecord record) {
    check(!endsTask(), "a record after the terminal one: " + record);
    if (record instanceof TaskStatus status && status.state().isTerminal()) {
      for (SimulatedCoordinator coordinator : world.coordinators) {
        // A coordinator that has written its last record may still be on its way out.
        check(
            !coordinator.treeAlive && (!coordinator.present || coordinator.ended.isPresent()),
            "the task is said to be over while " + coordinator.process + " lives");
      }
    }
  }

  private boolean endsTask() {
    int size = world.runnerStream.size();
    return size > 0
        && world.runnerStream.get(size - 1) instanceof TaskStatus status
        && status.state().isTerminal();
  }

  private List<TaskState> states() {
    List<TaskState> states = new ArrayList<>();
    for (CheckpointRecord record : world.runnerStream) {
      if (record instanceof TaskStatus status) {
        states.add(status.state());
      }
    }
    return states;
  }

  /** Checked when the task is over; returns its terminal state. */
  TaskState checkEnd() {
    TaskHistory history = new TaskHistory();
    CheckpointDispatcher dispatcher = new CheckpointDispatcher(history);
    try {
      for (CheckpointRecord record : world.runnerStream) {
        dispatcher.dispatch(record, CheckpointDispatcher.Mode.STRICT);
      }
    } catch (CheckpointException e) {
      throw new AssertionError("a reader of the stream stumbles", e);
    }
    check(endsTask(), "the terminal record is not the last");
    check(
        world.runnerStream.get(0) instanceof TaskStatus && history.header().isPresent(),
        "the stream does not begin with a status and a header");
    long headers = world.runnerStream.stream().filter(r -> r instanceof RunnerHeader).count();
    check(headers == 1, headers + " headers");
    checkCounts(history);
    return history.state();
  }

  private void checkCounts(TaskHistory history) {
    Map<String, Integer> failures = new HashMap<>();
    for (String process : history.processes()) {
      for (ProcessStatus run : history.runs(process)) {
        if (run.state() == ProcessState.FAILED) {
          failures.merge(process, 1, Integer::sum);
        }
      }
      ProcessConfig config = world.scenario.process(process);
      check(history.runs(process).size() <= 100, process + " ran more than 100 times");
      check(
          config.maxFailures() == 0
              || failures.getOrDefault(process, 0) <= Math.max(1, config.maxFailures()),
          process + " failed more often than allowed");
    }
  }

  private static void check(boolean holds, String violation) {
    if (!holds) {
      throw new AssertionError(violation);
    }
  }
}
