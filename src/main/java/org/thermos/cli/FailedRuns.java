package org.thermos.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.thermos.checkpoint.CheckpointLoader;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskHistory;
import org.thermos.checkpoint.TaskPaths;

/** Finds out from a task's checkpoint why it failed. */
final class FailedRuns {
  private static final Logger LOG = LogManager.getLogger(FailedRuns.class);

  /** A task may fail by many processes; the last of them tell most. */
  private static final int SHOWN = 3;

  private FailedRuns() {}

  /** The last runs of the processes that ended in failure; none if there is no checkpoint. */
  static List<FailedRun> find(RunPlaces places, String taskId) {
    Path checkpoint = TaskPaths.of(places.checkpointRoot(), taskId).runnerCheckpoint();
    try {
      return find(places, CheckpointLoader.load(checkpoint).history());
    } catch (IOException e) {
      LOG.info("Cannot tell which processes failed: {}", e.toString());
      return List.of();
    }
  }

  private static List<FailedRun> find(RunPlaces places, TaskHistory history) {
    List<FailedRun> failed = new ArrayList<>();
    for (String process : history.processes()) {
      List<ProcessStatus> runs = history.runs(process);
      int last = runs.size() - 1;
      if (runs.get(last).state() == ProcessState.FAILED) {
        Path log = TaskPaths.runLogs(places.logs(), process, last).resolve("stderr");
        List<String> lines = LogTail.read(places.sandbox(), log);
        failed.add(new FailedRun(runs.get(last), last, log, lines));
      }
    }
    failed.sort(Comparator.comparing(run -> run.status().stopTime().orElse(Instant.MIN)));
    return failed.subList(Math.max(0, failed.size() - SHOWN), failed.size());
  }
}
