package org.thermos.runner;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.thermos.checkpoint.CheckpointRecord;

/** Where what a task machine decides becomes durable. */
interface Journal {
  /**
   * Makes the order durable, if there is one, and then appends all records, in order. When it
   * returns they survive a power cut.
   *
   * @param now when it was decided
   * @throws IOException if they cannot be written; none of the records is then in the stream, and
   *     it may be tried again
   */
  void persist(Optional<StopOrder> order, List<CheckpointRecord> records, Moment now)
      throws IOException;
}
