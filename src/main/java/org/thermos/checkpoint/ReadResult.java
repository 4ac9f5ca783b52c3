package org.thermos.checkpoint;

/**
 * What a {@link RecordReader} finds at its place in a stream. Offsets are in bytes from the start
 * of the file.
 */
public sealed interface ReadResult {
  /**
   * A record.
   *
   * @param offset where its frame begins
   * @param length of its payload in bytes, without the four bytes of the frame's header
   */
  record Intact(long offset, int length, CheckpointRecord record) implements ReadResult {
    /** Where the next frame begins. */
    public long end() {
      return offset + RecordReader.FRAME_HEADER + length;
    }
  }

  /** No record; the reader stays where it is. */
  sealed interface Stop extends ReadResult {
    /** Up to where the stream is intact. */
    long offset();
  }

  /** The file ends after the last record. */
  record End(long offset) implements Stop {}

  /**
   * What follows is not a whole record, and nothing intact comes after it: a record being written,
   * or the remains of one after a crash. No one has acted on it, for records are made durable
   * first.
   */
  record Torn(long offset, String reason) implements Stop {}

  /** The stream is damaged: what follows is no record, but intact ones come after it. */
  record Corrupt(long offset, String reason) implements Stop {}
}
