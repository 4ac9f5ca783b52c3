package org.thermos.runner;

import java.io.IOException;
import java.nio.file.Path;
import org.thermos.checkpoint.CheckpointException;
import org.thermos.checkpoint.CheckpointTail;
import org.thermos.checkpoint.ReadResult;
import org.thermos.log.Log;

/** Learns from the runner's stream what earlier runners recorded. */
final class StreamReplay {
  private StreamReplay() {}

  /**
   * Tells {@code progress} every record of {@code file}, in order. A torn tail is logged; the
   * caller cuts it off.
   *
   * @param clocks by which the records were written
   * @return where the next record goes, in bytes from the start of the file
   * @throws RunnerException if nobody can go on with this stream: it is damaged in the middle, or a
   *     record does not fit those before it. It names the file and the offset.
   */
  static long of(Path file, TaskProgress progress, ClockLog clocks, Moment now, Log log)
      throws IOException, RunnerException {
    CheckpointException[] misfit = new CheckpointException[1];
    ReadResult.Stop stop =
        new CheckpointTail(file)
            .readNew(
                intact -> {
                  try {
                    if (misfit[0] == null) {
                      progress.replay(intact.record(), clocks.at(intact.offset(), now));
                    }
                  } catch (CheckpointException e) {
                    misfit[0] =
                        new CheckpointException(
                            "offset " + intact.offset() + ": " + e.getMessage());
                  }
                });
    if (misfit[0] != null) {
      throw unusable(file, misfit[0].getMessage());
    }
    if (stop instanceof ReadResult.Corrupt corrupt) {
      throw unusable(file, "offset " + corrupt.offset() + ": " + corrupt.reason());
    }
    if (stop instanceof ReadResult.Torn torn) {
      log.error("cutting " + file + " off at offset " + torn.offset() + ": " + torn.reason());
    }
    return stop.offset();
  }

  private static RunnerException unusable(Path file, String why) {
    return new RunnerException(
        ExitCode.UNKNOWN_ERROR,
        "cannot go on with " + file + ": " + why + "; move it away to start the task anew");
  }
}
