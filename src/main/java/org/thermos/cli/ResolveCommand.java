package org.thermos.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.thermos.config.Assignment;
import org.thermos.config.ConfigException;
import org.thermos.config.LaunchContext;
import org.thermos.config.Resolution;
import org.thermos.config.ResolutionJson;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thermos resolve}: a dry run of the executor's first half (executor 6.7). */
@Command(
    name = "resolve",
    header = "Show what an executor would make of a task, without running it.",
    description = {
      "",
      "Each FILE is what a scheduler puts into TaskInfo.data: an AssignedTask (binary thrift), or the"
          + " JSON of a job, a task instance or a task. For each there is one line, a JSON object:"
          + " the file, the outcome ('accepted', 'refused' or 'unreadable') and either the message"
          + " or the task instance, the ports, the health check, the lifecycle, the announcement,"
          + " the task with everything bound and warnings: what the configuration says in vain.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all were accepted",
      "1:some were refused",
      "64:the command line cannot be understood",
      "66:some do not exist or cannot be opened"
    })
final class ResolveCommand implements Callable<Integer> {
  private final Output output;

  @Option(
      names = "--port",
      paramLabel = "NAME:PORT",
      description = "A port that the agent would assign; counts for JSON only. Repeatable.")
  private List<PortOption> ports = List.of();

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "AssignedTask or JSON.")
  private List<Path> files = List.of();

  ResolveCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() throws CommandException {
    Map<String, Integer> assigned = PortOption.numbered(ports);
    String user = Caller.current().name();
    int exitCode = ExitCode.OK;
    for (Path file : files) {
      int outcome = resolve(file, assigned, user);
      exitCode = Math.max(exitCode, outcome);
    }
    return exitCode;
  }

  private int resolve(Path file, Map<String, Integer> assigned, String user) {
    try {
      LaunchContext context = new LaunchContext(taskId(file), "localhost", assigned);
      Assignment assignment = Assignment.decode(InputFiles.read(file), context);
      print(file, ResolutionJson.accepted(Resolution.of(assignment, user)));
      return ExitCode.OK;
    } catch (ConfigException e) {
      print(file, ResolutionJson.refused(e));
      return ExitCode.FAILED;
    } catch (CommandException e) {
      print(
          file,
          new Json.Dictionary(
              Map.of(
                  "outcome", new Json.Text("unreadable"),
                  "message", new Json.Text(e.getMessage()))));
      output.complain(e.getMessage());
      return ExitCode.NO_INPUT;
    }
  }

  private void print(Path file, Json outcome) {
    Map<String, Json> line = new LinkedHashMap<>(((Json.Dictionary) outcome).members());
    line.put("file", new Json.Text(file.toString()));
    output.out().println(JsonWriter.write(new Json.Dictionary(line)));
  }

  /** JSON says nothing of the id that a scheduler would give the task. */
  private static String taskId(Path file) {
    return String.valueOf(file.getFileName()).replaceFirst("\\.json$", "");
  }
}
