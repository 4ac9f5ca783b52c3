package org.thermos.runner;

import java.io.IOException;
import java.util.List;
import org.thermos.checkpoint.CheckpointRecord;

/** Where a task's records become durable. */
interface Journal {
  /** Appends all records, in order. When it returns they survive a power cut. */
  void append(List<CheckpointRecord> records) throws IOException;
}
