package org.thermos.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.thermos.config.Assignment;
import org.thermos.config.ConfigException;
import org.thermos.config.LaunchContext;
import org.thermos.config.Task;
import org.thermos.config.TaskTemplate;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonException;
import org.thermos.config.json.JsonReader;
import org.thermos.config.json.JsonWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thermos inspect} (observer-cli 8.7), for streams as well. */
@Command(
    name = "inspect",
    header = "Print a task, or what it left in its checkpoint.",
    description = {
      "",
      "What FILE is, its content tells. Of a task, a task instance, a job (JSON), of the file that a"
          + " runner keeps beside its checkpoint (tasks/active/<task id>) and of an AssignedTask"
          + " (binary thrift), the task is printed with all defaults, as indented JSON; references"
          + " that are not bound yet stay as they are. The stream of a runner is printed as by"
          + " 'thermos read'.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all of it was read",
      "64:the command line cannot be understood",
      "65:it is neither a task nor a stream, or damaged",
      "66:there is no such file, or it cannot be opened"
    })
final class InspectCommand implements Callable<Integer> {
  private static final LaunchContext NO_CONTEXT = new LaunchContext("", "", Map.of());

  private final Output output;

  @Option(
      names = "--json",
      description = "For programs: a task on one line, a stream as one JSON object per record.")
  private boolean json;

  @Parameters(paramLabel = "FILE", description = "A task, or a runner's stream.")
  private Path file;

  InspectCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() throws CommandException {
    byte[] content = InputFiles.read(file);
    if (isStream(content)) {
      StreamPrinter.Form form = json ? StreamPrinter.Form.JSON : StreamPrinter.Form.HISTORY;
      new StreamPrinter(output).print(file, form);
    } else {
      Json task = TaskJson.of(task(content));
      output.out().println(json ? JsonWriter.write(task) : TaskJson.pretty(task));
    }
    return ExitCode.OK;
  }

  /** A frame begins with a length below 2^24; no JSON and no thrift struct begins with a zero. */
  private static boolean isStream(byte[] content) {
    return content.length == 0 || content[0] == 0;
  }

  private Task task(byte[] content) throws CommandException {
    try {
      String configuration = Assignment.decode(content, NO_CONTEXT).configuration();
      return TaskTemplate.parseLeniently(taskIn(configuration).getBytes(StandardCharsets.UTF_8));
    } catch (ConfigException e) {
      throw noTask(TaskFile.reason(e), e);
    } catch (JsonException e) {
      throw noTask(e.getMessage(), e);
    }
  }

  private CommandException noTask(String reason, Exception cause) {
    return new CommandException(
        ExitCode.DATA, "cannot read " + file + " as a task: " + reason, cause);
  }

  /** Jobs and task instances hold it under a key. */
  private static String taskIn(String configuration) throws JsonException {
    return JsonReader.read(configuration) instanceof Json.Dictionary document
            && document.members().containsKey("task")
        ? JsonWriter.write(document.members().get("task"))
        : configuration;
  }
}
