package org.thermos.checkpoint;

import static java.util.Objects.requireNonNull;

/**
 * Something wrong with a stream.
 *
 * @param offset of the frame, in bytes from the start of the file
 * @param reason for people
 */
public record CheckpointProblem(Kind kind, long offset, String reason) {
  /** What is wrong. */
  public enum Kind {
    /** The remains of an interrupted write at the end; may be cut off. */
    TORN_TAIL,
    /** Bytes that are no record, with records after them. */
    CORRUPT,
    /** A record that was skipped, its number being not the next one. */
    OUT_OF_ORDER,
    /** A record that does not fit what came before it. */
    OUT_OF_PROTOCOL
  }

  public CheckpointProblem {
    requireNonNull(kind, "kind is null");
    requireNonNull(reason, "reason is null");
  }
}
