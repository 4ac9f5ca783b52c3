package org.thermos.chaos;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.thermos.checkpoint.CheckpointDispatcher;
import org.thermos.checkpoint.CheckpointException;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ReadResult;
import org.thermos.checkpoint.RecordReader;
import org.thermos.checkpoint.TaskHistory;

/**
 * A stream from its first byte to its last.
 *
 * @param records those that are intact
 * @param wrong what is not as it should be; empty if the stream is whole
 */
record Stream(List<CheckpointRecord> records, List<String> wrong) {
  /** Empty if there is no such file. */
  static Stream read(Path file) throws IOException {
    List<CheckpointRecord> records = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    if (Files.notExists(file)) {
      return new Stream(records, wrong);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      RecordReader reader = new RecordReader(channel, 0);
      ReadResult result = reader.next();
      while (result instanceof ReadResult.Intact intact) {
        records.add(intact.record());
        result = reader.next();
      }
      if (!(result instanceof ReadResult.End)) {
        wrong.add(file + " does not end after a record: " + result);
      }
    }
    return new Stream(records, wrong);
  }

  /** What it adds up to, by the strictest rules. */
  TaskHistory replay(List<String> complaints) {
    TaskHistory history = new TaskHistory();
    CheckpointDispatcher dispatcher = new CheckpointDispatcher(history);
    for (CheckpointRecord record : records) {
      try {
        dispatcher.dispatch(record, CheckpointDispatcher.Mode.STRICT);
      } catch (CheckpointException e) {
        complaints.add("the checkpoint cannot hold " + record + ": " + e.getMessage());
      }
    }
    return history;
  }
}
