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
import org.thermos.executor.SupervisionEvent.Recorded;
import org.thermos.log.Log;

/** Reads the checkpoint that the runner writes, as far as it has come. Not thread-safe. */
final class CheckpointFollower {
  private final TaskPaths paths;
  private final CheckpointTail tail;
  private final CheckpointDispatcher dispatcher = new CheckpointDispatcher(new TaskHistory());
  private final Log log;
  private String lastComplaint = "";

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

  /** The records that were written since the last call. What cannot be read is said once. */
  List<Recorded> readNew() {
    List<ReadResult.Intact> records = new ArrayList<>();
    try {
      if (tail.readNew(records::add) instanceof ReadResult.Corrupt stop) {
        complain("at offset " + stop.offset() + ": " + stop.reason());
      }
    } catch (IOException e) {
      complain(Causes.text(e));
    }
    List<Recorded> events = new ArrayList<>();
    for (ReadResult.Intact intact : records) {
      CheckpointRecord record = intact.record();
      if (isNews(intact)) {
        int run =
            record instanceof ProcessStatus status
                ? history().runs(status.process()).size() - 1
                : 0;
        events.add(new Recorded(record, run));
      }
    }
    return events;
  }

  private boolean isNews(ReadResult.Intact intact) {
    try {
      return dispatcher.dispatch(intact.record(), CheckpointDispatcher.Mode.RECOVERY);
    } catch (CheckpointException e) {
      complain("the record at offset " + intact.offset() + " is left out: " + e.getMessage());
      return false;
    }
  }

  private void complain(String what) {
    String complaint = "Cannot read all of " + paths.runnerCheckpoint() + ": " + what;
    if (!complaint.equals(lastComplaint)) {
      log.error(complaint);
      lastComplaint = complaint;
    }
  }
}
