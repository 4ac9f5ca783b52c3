package org.thermos.runner;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.RecordLog;

/** The task's stream and the two files beside it. */
record StreamJournal(RecordLog stream, StopFile stopFile, ClockLog clocks) implements Journal {
  @Override
  public void persist(Optional<StopOrder> order, List<CheckpointRecord> records, Moment now)
      throws IOException {
    if (order.isPresent()) {
      stopFile.write(order.get(), now);
    }
    if (!records.isEmpty()) {
      clocks.keep(stream.end(), now);
      stream.append(records);
    }
  }
}
