package org.thermos.checkpoint;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What could be read of a stream.
 *
 * @param history what the records up to {@code end} add up to
 * @param end up to where the stream is intact and was taken in, in bytes from the start of the file
 * @param problem what kept it from being read further or, if all of it was read, the first record
 *     that was skipped
 */
public record LoadedCheckpoint(TaskHistory history, long end, Optional<CheckpointProblem> problem) {
  public LoadedCheckpoint {
    requireNonNull(history, "history is null");
    requireNonNull(problem, "problem is null");
  }

  /**
   * Whether records can be appended after {@link #end} without loss: nothing lies beyond it but, at
   * most, a torn tail.
   */
  public boolean isAppendable() {
    return problem
        .map(CheckpointProblem::kind)
        .map(
            kind ->
                kind == CheckpointProblem.Kind.TORN_TAIL
                    || kind == CheckpointProblem.Kind.OUT_OF_ORDER)
        .orElse(true);
  }
}
