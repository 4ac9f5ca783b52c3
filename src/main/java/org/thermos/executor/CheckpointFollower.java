package org.thermos.executor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.thermos.checkpoint.CheckpointDispatcher;
import org.thermos.checkpoint.CheckpointException;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.CheckpointTail;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.ReadResult;
import org.thermos.checkpoint.TaskHistory;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.executor.ExecutorEvent.Recorded;
import org.thermos.log.Log;

/** Reads the checkpoint that the runner writes, as far as it has come. Not thread-safe. */
final class CheckpointFollower {
  private final TaskPaths paths;
  private final CheckpointTail tail;
  private final CheckpointDispatcher dispatcher = new CheckpointDispatcher(new TaskHistory());
  private final Log log;

  CheckpointFollower(TaskPaths paths, Log log) {
    this.paths = paths;
    this.tail = new CheckpointTail(paths.runnerCheckpoint());
    this.log = log;
  }

  TaskPaths paths() {
    return paths;
  }

  /** What all records so far add up to. */
  TaskHistory history() {
    return dispatcher.history();
  }

  /** The records that were written since the last call. */
  List<Recorded> readNew() {
    List<CheckpointRecord> records = new ArrayList<>();
    try {
      if (tail.readNew(intact -> records.add(intact.record())) instanceof ReadResult.Corrupt stop) {
        log.error(
            "Cannot read "
                + paths.runnerCheckpoint()
                + " at "
                + stop.offset()
                + ": "
                + stop.reason());
      }
    } catch (IOException e) {
      log.error("Cannot read " + paths.runnerCheckpoint() + ": " + Causes.text(e));
    }
    List<Recorded> events = new ArrayList<>();
    for (CheckpointRecord record : records) {
      if (isNews(record)) {
        int run =
            record instanceof ProcessStatus status
                ? history().runs(status.process()).size() - 1
                : 0;
        events.add(new Recorded(record, run));
      }
    }
    return events;
  }

  private boolean isNews(CheckpointRecord record) {
    try {
      return dispatcher.dispatch(record, CheckpointDispatcher.Mode.RECOVERY);
    } catch (CheckpointException e) {
      log.error("Ignoring a record of the checkpoint: " + e.getMessage());
      return false;
    }
  }
}
