package org.thermos.checkpoint;

/**
 * Bytes are not a checkpoint record: damaged, not written to the end, or saying nothing that a
 * record may say.
 */
public final class CorruptRecordException extends CheckpointException {
  private final int offset;

  CorruptRecordException(int offset, String reason) {
    super(reason);
    this.offset = offset;
  }

  /** How many bytes of the record's payload could be decoded. */
  public int offset() {
    return offset;
  }
}
