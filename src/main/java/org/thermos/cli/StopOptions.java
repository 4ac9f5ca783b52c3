package org.thermos.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.checkpoint.TaskState;
import org.thermos.monitor.TaskRoots;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code kill} and {@code lose} are told. */
final class StopOptions {
  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "A checkpoint root to look into besides /var/run/thermos: the directory that holds tasks"
              + " and checkpoints. Repeatable.")
  private List<Path> roots = List.of();

  @Option(
      names = "--mesos-root",
      paramLabel = "DIR",
      description =
          "A Mesos agent's work directory to look into besides /var/lib/mesos. Repeatable.")
  private List<Path> mesosRoots = List.of();

  @Option(
      names = "--force",
      description = {
        "Do not ask: kill at once, or after --wait. A runner that does not obey is killed; there are"
            + " no finalizers."
      })
  private boolean force;

  @Option(
      names = "--wait",
      paramLabel = "SECS",
      description =
          "How long a task may take to end, finalizers included (default: what its runner was"
              + " started with, usually 60). A runner that is alive keeps to what it was started"
              + " with; --wait then says only how long to wait for it.")
  private Optional<Long> waitSeconds = Optional.empty();

  @Parameters(
      paramLabel = "REGEX",
      arity = "0..*",
      description = "Tasks whose id matches from its start on.")
  private List<String> expressions = List.of();

  StopWish wish(TaskState outcome) throws CommandException {
    Optional<Long> unusable =
        waitSeconds.filter(seconds -> seconds < 0 || seconds > Integer.MAX_VALUE);
    if (unusable.isPresent()) {
      throw new CommandException(
          ExitCode.USAGE,
          "cannot use --wait="
              + unusable.get()
              + ": it is not between 0 and "
              + Integer.MAX_VALUE
              + " seconds");
    }
    return new StopWish(
        outcome,
        waitSeconds.map(Duration::ofSeconds),
        force ? StopWish.Pressure.FORCE : StopWish.Pressure.ASK);
  }

  /** The active tasks below the roots that are meant, each once. */
  Set<TaskPaths> tasks(Output output) throws CommandException {
    TaskSearch search = new TaskSearch(output, patterns());
    search.lookInto(roots, mesosRoots);
    search.lookIntoUnnamed(List.of(TaskRoots.DEFAULT), List.of(TaskRoots.DEFAULT_MESOS));
    return search.found();
  }

  private List<Pattern> patterns() throws CommandException {
    if (expressions.isEmpty()) {
      throw new CommandException(ExitCode.USAGE, "Must specify tasks!");
    }
    List<Pattern> patterns = new ArrayList<>();
    for (String expression : expressions) {
      try {
        patterns.add(Pattern.compile(expression));
      } catch (PatternSyntaxException e) {
        throw new CommandException(
            ExitCode.USAGE,
            "cannot use '" + expression + "' as a regular expression: " + e.getDescription(),
            e);
      }
    }
    return patterns;
  }
}
