package org.thermos.checkpoint;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A transition of one run of a process, which carries the fields of that transition only; also a
 * whole run, the merge of its transitions (checkpoints 1.6).
 *
 * <p>Times are rounded to the microsecond: the wire format's double cannot hold more, and comes
 * back unchanged.
 *
 * @param seq number of the transition, counted per process over all its runs
 * @param coordinatorPid with FORKED
 * @param forkTime with FORKED
 * @param pid of the command, with RUNNING
 * @param startTime with RUNNING
 * @param stopTime with SUCCESS, FAILED and KILLED
 * @param returnCode with SUCCESS, FAILED and KILLED; negative for the signal that ended the command
 */
public record ProcessStatus(
    long seq,
    String process,
    ProcessState state,
    OptionalInt coordinatorPid,
    Optional<Instant> forkTime,
    OptionalInt pid,
    Optional<Instant> startTime,
    Optional<Instant> stopTime,
    OptionalInt returnCode)
    implements CheckpointRecord {
  public ProcessStatus {
    requireNonNull(process, "process is null");
    requireNonNull(state, "state is null");
    requireNonNull(coordinatorPid, "coordinatorPid is null");
    forkTime = forkTime.map(EpochSeconds::rounded);
    requireNonNull(pid, "pid is null");
    startTime = startTime.map(EpochSeconds::rounded);
    stopTime = stopTime.map(EpochSeconds::rounded);
    requireNonNull(returnCode, "returnCode is null");
  }

  public static ProcessStatus waiting(long seq, String process) {
    return bare(seq, process, ProcessState.WAITING);
  }

  public static ProcessStatus forked(
      long seq, String process, int coordinatorPid, Instant forkTime) {
    return new ProcessStatus(
        seq,
        process,
        ProcessState.FORKED,
        OptionalInt.of(coordinatorPid),
        Optional.of(forkTime),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty());
  }

  public static ProcessStatus running(long seq, String process, int pid, Instant startTime) {
    return new ProcessStatus(
        seq,
        process,
        ProcessState.RUNNING,
        OptionalInt.empty(),
        Optional.empty(),
        OptionalInt.of(pid),
        Optional.of(startTime),
        Optional.empty(),
        OptionalInt.empty());
  }

  /**
   * The end of a run.
   *
   * @param state SUCCESS, FAILED or KILLED
   */
  public static ProcessStatus ended(
      long seq, String process, ProcessState state, Instant stopTime, int returnCode) {
    return new ProcessStatus(
        seq,
        process,
        state,
        OptionalInt.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.of(stopTime),
        OptionalInt.of(returnCode));
  }

  /** The end of a run of which no more is known. */
  public static ProcessStatus lost(long seq, String process) {
    return bare(seq, process, ProcessState.LOST);
  }

  /** The end of a run that could not even be forked; only right after WAITING. */
  public static ProcessStatus notForked(long seq, String process) {
    return bare(seq, process, ProcessState.FAILED);
  }

  private static ProcessStatus bare(long seq, String process, ProcessState state) {
    return new ProcessStatus(
        seq,
        process,
        state,
        OptionalInt.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty());
  }
}
