package org.thermos.cli;

import java.nio.file.Path;
import java.util.List;
import org.thermos.checkpoint.ProcessStatus;

/**
 * A run of a process that failed for good.
 *
 * @param run index in the process's history, from 0
 * @param log what the last lines are of
 * @param lastLines of its standard error, made safe to show
 */
record FailedRun(ProcessStatus status, int run, Path log, List<String> lastLines) {
  FailedRun {
    lastLines = List.copyOf(lastLines);
  }

  /** As in {@code process fetch run 2 failed (exit code 1)}. */
  String words() {
    String how =
        status.returnCode().isEmpty()
            ? ""
            : status.returnCode().getAsInt() < 0
                ? " (signal " + -status.returnCode().getAsInt() + ")"
                : " (exit code " + status.returnCode().getAsInt() + ")";
    return "process " + status.process() + " run " + run + " failed" + how;
  }
}
