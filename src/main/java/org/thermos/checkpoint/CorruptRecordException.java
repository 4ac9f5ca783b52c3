package org.thermos.checkpoint;

/** Bytes are not a checkpoint record. */
public final class CorruptRecordException extends CheckpointException {
  private final int offset;
  private final boolean malformed;

  private CorruptRecordException(int offset, String reason, boolean malformed) {
    super(reason);
    this.offset = offset;
    this.malformed = malformed;
  }

  /** The bytes are not thrift: damaged, or not written to the end. */
  static CorruptRecordException malformed(int offset, String reason) {
    return new CorruptRecordException(offset, reason, true);
  }

  /** The bytes are thrift, but say nothing that a record may say. */
  static CorruptRecordException invalid(String reason) {
    return new CorruptRecordException(0, reason, false);
  }

  /** How many bytes into the record's payload. */
  public int offset() {
    return offset;
  }

  /** Whether not even the encoding is right, as in a record that was not written to the end. */
  boolean isMalformed() {
    return malformed;
  }
}
