package org.thermos.runner;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.thermos.checkpoint.CheckpointTail;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.ReadResult;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.log.Log;

/** Reads what coordinators write, each record once. */
final class CoordinatorStreams {
  private final TaskPaths paths;
  private final Log log;
  private final Map<String, CheckpointTail> tails = new HashMap<>();
  private final Set<String> damaged = new HashSet<>();

  CoordinatorStreams(TaskPaths paths, Log log) {
    this.paths = paths;
    this.log = log;
  }

  /** The records of a process that have been written since the last call. */
  List<ProcessStatus> readNew(String process) throws IOException {
    List<ProcessStatus> fresh = new ArrayList<>();
    ReadResult.Stop stop =
        tails
            .computeIfAbsent(process, name -> new CheckpointTail(paths.processCheckpoint(name)))
            .readNew(
                intact -> {
                  // Whatever else a stranger may have put there says nothing about this process.
                  if (intact.record() instanceof ProcessStatus status
                      && status.process().equals(process)) {
                    fresh.add(status);
                  }
                });
    if (stop instanceof ReadResult.Corrupt corrupt && damaged.add(process)) {
      log.error(
          "cannot read "
              + paths.processCheckpoint(process)
              + " beyond offset "
              + corrupt.offset()
              + ": "
              + corrupt.reason()
              + "; what its coordinator says from there on is lost");
    }
    return fresh;
  }
}
