package org.thermos.runner;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.thermos.checkpoint.CheckpointTail;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.ReadResult;

/**
 * What a coordinator's stream says of its last run.
 *
 * @param last what FORKED and RUNNING say together, or the end
 * @param damage where the stream cannot be read any further, if so
 */
record CoordinatorRun(Optional<ProcessStatus> last, Optional<String> damage) {
  static CoordinatorRun read(Path stream, String process) throws IOException {
    ProcessStatus[] last = new ProcessStatus[1];
    ReadResult.Stop stop =
        new CheckpointTail(stream)
            .readNew(
                intact -> {
                  if (intact.record() instanceof ProcessStatus status
                      && status.process().equals(process)) {
                    last[0] =
                        status.state() == ProcessState.RUNNING && last[0] != null
                            ? started(last[0], status)
                            : status;
                  }
                });
    Optional<String> damage =
        stop instanceof ReadResult.Corrupt corrupt
            ? Optional.of(stream + ", offset " + corrupt.offset() + ": " + corrupt.reason())
            : Optional.empty();
    return new CoordinatorRun(Optional.ofNullable(last[0]), damage);
  }

  private static ProcessStatus started(ProcessStatus forked, ProcessStatus running) {
    return new ProcessStatus(
        running.seq(),
        running.process(),
        running.state(),
        forked.coordinatorPid(),
        forked.forkTime(),
        running.pid(),
        running.startTime(),
        Optional.empty(),
        OptionalInt.empty());
  }
}
