package org.thermos.runner;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final Map<String, String> damage = new HashMap<>();

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
    if (stop instanceof ReadResult.Corrupt corrupt) {
      String text =
          paths.processCheckpoint(process)
              + " is damaged at offset "
              + corrupt.offset()
              + ": "
              + corrupt.reason()
              + "; what its coordinators say from there on is lost; move it away";
      if (!text.equals(damage.put(process, text))) {
        log.error(text);
      }
    }
    return fresh;
  }

  /** Why nothing can be learned of a process' coordinators any more, if that is so. */
  Optional<String> damage(String process) {
    return Optional.ofNullable(damage.get(process));
  }
}
