package org.thermos.runner;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.thermos.checkpoint.CheckpointTail;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.ReadResult;

/**
 * What a coordinator's stream says of its last run: the record of its start or of its end.
 *
 * @param last FORKED, or the end; RUNNING adds nothing to FORKED
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
                      && status.process().equals(process)
                      && (status.forkTime().isPresent() || status.state().isTerminal())) {
                    last[0] = status;
                  }
                });
    Optional<String> damage =
        stop instanceof ReadResult.Corrupt corrupt
            ? Optional.of(stream + ", offset " + corrupt.offset() + ": " + corrupt.reason())
            : Optional.empty();
    return new CoordinatorRun(Optional.ofNullable(last[0]), damage);
  }
}
