package org.thermos.checkpoint;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Adds records to a history, by the rules of checkpoints 1.5 to 1.7. Each costs the same however
 * long the history is. Not thread-safe.
 *
 * <p>On purpose unlike the original: transitions of the task are checked; a FAILED run keeps its
 * stop time and return code; an equal header that comes again is skipped in recovery; and whatever
 * does not fit is one checked exception.
 */
public final class CheckpointDispatcher {
  /** What to do with a process record whose number is not the next. */
  public enum Mode {
    /** It is an error. */
    STRICT,
    /** It is skipped: while replaying, a record may be seen twice. */
    RECOVERY
  }

  private final TaskHistory history;

  public CheckpointDispatcher(TaskHistory history) {
    this.history = requireNonNull(history, "history is null");
  }

  public TaskHistory history() {
    return history;
  }

  /** Whether a record is about a process and newer than all that is known of it. */
  public boolean wouldUpdate(CheckpointRecord record) {
    return record instanceof ProcessStatus status
        && history.lastRun(status.process()).map(run -> run.seq() < status.seq()).orElse(true);
  }

  /**
   * Adds one record.
   *
   * @return whether it changed the history; false if it was skipped
   * @throws CheckpointException if it does not fit; the history is then unchanged
   */
  public boolean dispatch(CheckpointRecord record, Mode mode) throws CheckpointException {
    if (record instanceof RunnerHeader header) {
      return dispatch(header, mode);
    }
    if (record instanceof TaskStatus status) {
      return dispatch(status);
    }
    return dispatch((ProcessStatus) record, mode);
  }

  private boolean dispatch(RunnerHeader header, Mode mode) throws CheckpointException {
    if (history.header().isPresent()) {
      if (mode == Mode.RECOVERY && history.header().get().equals(header)) {
        return false;
      }
      throw new CheckpointException("Attempting to rebind task with different parameters!");
    }
    history.setHeader(header);
    return true;
  }

  private boolean dispatch(TaskStatus status) throws CheckpointException {
    if (!Transitions.isAllowed(history.state(), status.state())) {
      throw new CheckpointException(
          "Detected invalid state transition of the task "
              + history.state()
              + " => "
              + status.state());
    }
    history.add(status);
    return true;
  }

  private boolean dispatch(ProcessStatus status, Mode mode) throws CheckpointException {
    Optional<ProcessStatus> last = history.lastRun(status.process());
    if (last.isPresent() && status.seq() - 1 != last.get().seq()) {
      if (mode == Mode.RECOVERY) {
        return false;
      }
      throw new CheckpointException(
          "Out of order sequence number! " + describe(last.get()) + " => " + describe(status));
    }
    if (status.state() == ProcessState.WAITING
        && last.map(run -> run.state().isTerminal()).orElse(true)) {
      history.addRun(
          ProcessStatus.waiting(
              status.seq(), last.map(ProcessStatus::process).orElse(status.process())));
      return true;
    }
    if (last.isEmpty()) {
      throw new CheckpointException(
          "Encountered potentially out of order process update: the first of " + describe(status));
    }
    if (!Transitions.isAllowed(last.get().state(), status.state())) {
      throw new CheckpointException(
          "Detected invalid state transition " + last.get().state() + " => " + describe(status));
    }
    history.replaceLastRun(merged(last.get(), status));
    return true;
  }

  /** The run with those fields added that belong to the transition, and no others. */
  private static ProcessStatus merged(ProcessStatus run, ProcessStatus status)
      throws CheckpointException {
    switch (status.state()) {
      case FORKED -> {
        require(status.forkTime().isPresent(), "fork_time", status);
        require(status.coordinatorPid().isPresent(), "coordinator_pid", status);
      }
      case RUNNING -> {
        require(status.startTime().isPresent(), "start_time", status);
        require(status.pid().isPresent(), "pid", status);
      }
      case SUCCESS, KILLED -> {
        require(status.stopTime().isPresent(), "stop_time", status);
        require(status.returnCode().isPresent(), "return_code", status);
      }
      case WAITING, FAILED, LOST -> {}
    }
    boolean forked = status.state() == ProcessState.FORKED;
    boolean running = status.state() == ProcessState.RUNNING;
    boolean ended = status.state().isTerminal() && status.state() != ProcessState.LOST;
    return new ProcessStatus(
        status.seq(),
        run.process(),
        status.state(),
        forked ? status.coordinatorPid() : run.coordinatorPid(),
        forked ? status.forkTime() : run.forkTime(),
        running ? status.pid() : run.pid(),
        running ? status.startTime() : run.startTime(),
        ended ? status.stopTime() : run.stopTime(),
        ended ? status.returnCode() : run.returnCode());
  }

  private static void require(boolean isPresent, String field, ProcessStatus status)
      throws CheckpointException {
    if (!isPresent) {
      throw new CheckpointException("Missing field " + field + " from " + describe(status) + "!");
    }
  }

  private static String describe(ProcessStatus status) {
    return RecordText.of(status);
  }
}
