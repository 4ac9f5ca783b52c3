package org.thermos.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thermos read} (observer-cli 8.7). */
@Command(
    name = "read",
    header = "Print what a task left in its checkpoint.",
    description = {
      "",
      "FILE is the stream of a runner: <checkpoint root>/checkpoints/<task id>/runner. Without an"
          + " option the header, the states of the task and the runs of its processes are shown,"
          + " times being local. Of a stream that is torn or corrupt, what can be read is printed,"
          + " and then one line on standard error that names the file, the offset and the reason.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all of it was read",
      "64:the command line cannot be understood",
      "65:the stream is torn, corrupt or none of a task",
      "66:there is no such file, or it cannot be opened"
    })
final class ReadCommand implements Callable<Integer> {
  private static final class Form {
    @Option(names = "--simple", description = "One line per record, as it lies in the file.")
    private boolean simple;

    @Option(names = "--json", description = "One JSON object per record.")
    private boolean json;
  }

  private final Output output;

  @ArgGroup(exclusive = true)
  private Form form = new Form();

  @Parameters(paramLabel = "FILE", description = "A runner's stream.")
  private Path file;

  ReadCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() throws CommandException {
    new StreamPrinter(output).print(file, form());
    return ExitCode.OK;
  }

  private StreamPrinter.Form form() {
    if (form.json) {
      return StreamPrinter.Form.JSON;
    }
    return form.simple ? StreamPrinter.Form.RECORDS : StreamPrinter.Form.HISTORY;
  }
}
