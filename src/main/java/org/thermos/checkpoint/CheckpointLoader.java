package org.thermos.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Reads a whole stream, in time linear in its length. Where the original's loader gives up and
 * returns nothing, this returns what can be known, and what is wrong.
 */
public final class CheckpointLoader {
  private CheckpointLoader() {}

  /**
   * The history in {@code file}, replayed as for a recovery: records out of order are skipped.
   *
   * @throws IOException if the file is missing, not regular, or cannot be read
   */
  public static LoadedCheckpoint load(Path file) throws IOException {
    try (FileChannel channel = CheckpointFiles.openRegular(file, StandardOpenOption.READ)) {
      return load(channel);
    }
  }

  /** The history in a file that is already open. */
  static LoadedCheckpoint load(FileChannel channel) throws IOException {
    RecordReader reader = new RecordReader(channel, 0);
    CheckpointDispatcher dispatcher = new CheckpointDispatcher(new TaskHistory());
    Optional<CheckpointProblem> skipped = Optional.empty();
    ReadResult result = reader.next();
    while (result instanceof ReadResult.Intact intact) {
      try {
        boolean taken = dispatcher.dispatch(intact.record(), CheckpointDispatcher.Mode.RECOVERY);
        if (!taken && skipped.isEmpty()) {
          skipped =
              problem(
                  CheckpointProblem.Kind.OUT_OF_ORDER,
                  intact.offset(),
                  "Skipped " + RecordText.of(intact.record()));
        }
      } catch (CheckpointException e) {
        return new LoadedCheckpoint(
            dispatcher.history(),
            intact.offset(),
            problem(CheckpointProblem.Kind.OUT_OF_PROTOCOL, intact.offset(), e.getMessage()));
      }
      result = reader.next();
    }
    Optional<CheckpointProblem> stopped = problem((ReadResult.Stop) result);
    return new LoadedCheckpoint(
        dispatcher.history(), reader.offset(), stopped.isPresent() ? stopped : skipped);
  }

  private static Optional<CheckpointProblem> problem(ReadResult.Stop stop) {
    if (stop instanceof ReadResult.Torn torn) {
      return problem(CheckpointProblem.Kind.TORN_TAIL, torn.offset(), torn.reason());
    }
    if (stop instanceof ReadResult.Corrupt corrupt) {
      return problem(CheckpointProblem.Kind.CORRUPT, corrupt.offset(), corrupt.reason());
    }
    return Optional.empty();
  }

  private static Optional<CheckpointProblem> problem(
      CheckpointProblem.Kind kind, long offset, String reason) {
    return Optional.of(new CheckpointProblem(kind, offset, reason));
  }
}
