package org.thermos.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.thermos.checkpoint.CheckpointLoader;
import org.thermos.checkpoint.CheckpointProblem;
import org.thermos.checkpoint.HistoryText;
import org.thermos.checkpoint.LoadedCheckpoint;
import org.thermos.checkpoint.ReadResult;
import org.thermos.checkpoint.RecordJson;
import org.thermos.checkpoint.RecordReader;
import org.thermos.checkpoint.RecordText;

/**
 * Prints a runner's stream (observer-cli 8.8). Of a damaged one it prints what can be read, and
 * then throws.
 */
final class StreamPrinter {
  /** How a stream is shown. */
  enum Form {
    /** What the records add up to. */
    HISTORY,
    /** The records, one a line. */
    RECORDS,
    /** The records as JSON, one object a line. */
    JSON
  }

  private final Output output;

  StreamPrinter(Output output) {
    this.output = output;
  }

  /**
   * @throws CommandException if the stream is missing, or not all of it could be read; the message
   *     names the file, the offset in bytes and the reason
   */
  void print(Path file, Form form) throws CommandException {
    Path stream = InputFiles.locate(file);
    try {
      if (form == Form.HISTORY) {
        printHistory(file, CheckpointLoader.load(stream));
      } else {
        printRecords(file, stream, form);
      }
    } catch (IOException e) {
      throw InputFiles.unreadable(file, e);
    }
  }

  private void printHistory(Path file, LoadedCheckpoint loaded)
      throws IOException, CommandException {
    new HistoryText(output.zone()).write(loaded.history(), output.out());
    if (loaded.problem().isPresent()) {
      CheckpointProblem problem = loaded.problem().get();
      throw damaged(file, problem.offset(), reason(problem));
    }
    if (loaded.history().header().isEmpty()) {
      throw damaged(file, loaded.end(), "it ends before the header of a task");
    }
  }

  private void printRecords(Path file, Path stream, Form form)
      throws IOException, CommandException {
    try (FileChannel channel = FileChannel.open(stream, StandardOpenOption.READ);
        RecordJson json = new RecordJson(output.out())) {
      RecordReader reader = new RecordReader(channel, 0);
      ReadResult result = reader.next();
      while (result instanceof ReadResult.Intact intact) {
        if (form == Form.JSON) {
          json.write(intact.record());
        } else {
          output.out().println("CKPT: " + RecordText.of(intact.record()));
        }
        result = reader.next();
      }
      if (result instanceof ReadResult.Torn torn) {
        throw damaged(file, torn.offset(), "torn: " + torn.reason());
      }
      if (result instanceof ReadResult.Corrupt corrupt) {
        throw damaged(file, corrupt.offset(), "corrupt: " + corrupt.reason());
      }
    }
  }

  private static String reason(CheckpointProblem problem) {
    return switch (problem.kind()) {
      case TORN_TAIL -> "torn: " + problem.reason();
      case CORRUPT -> "corrupt: " + problem.reason();
      case OUT_OF_ORDER -> "out of order: " + problem.reason();
      case OUT_OF_PROTOCOL ->
          "no runner's stream, or corrupt: " + problem.reason() + "; --simple shows its records";
    };
  }

  private static CommandException damaged(Path file, long offset, String reason) {
    return new CommandException(
        ExitCode.DATA, "cannot read all of " + file + ": at offset " + offset + ": " + reason);
  }
}
