package org.thermos.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.checkpoint.TaskState;
import org.thermos.monitor.TaskFinder;
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
  Set<TaskPaths> tasks() throws CommandException {
    List<Pattern> patterns = patterns();
    Set<Path> seen = new LinkedHashSet<>();
    Set<TaskPaths> tasks = new LinkedHashSet<>();
    for (Path root : allRoots()) {
      try {
        if (!seen.add(root.toRealPath())) {
          continue;
        }
        for (TaskPaths task : TaskFinder.active(root.toRealPath())) {
          if (patterns.stream().anyMatch(it -> it.matcher(task.taskId()).lookingAt())) {
            tasks.add(task);
          }
        }
      } catch (IOException e) {
        throw unreadable(root, e);
      }
    }
    return tasks;
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

  private List<Path> allRoots() throws CommandException {
    List<Path> all = new ArrayList<>(roots);
    List<Path> agents = new ArrayList<>(mesosRoots);
    for (Path given : List.copyOf(all)) {
      requireDirectory(given);
    }
    for (Path given : List.copyOf(agents)) {
      requireDirectory(given);
    }
    if (Files.isDirectory(TaskRoots.DEFAULT)) {
      all.add(TaskRoots.DEFAULT);
    }
    if (Files.isDirectory(TaskRoots.DEFAULT_MESOS)) {
      agents.add(TaskRoots.DEFAULT_MESOS);
    }
    for (Path agent : agents) {
      try {
        all.addAll(TaskRoots.ofMesos(agent));
      } catch (IOException e) {
        throw unreadable(agent, e);
      }
    }
    return all;
  }

  private static void requireDirectory(Path given) throws CommandException {
    if (!Files.isDirectory(given)) {
      throw new CommandException(
          ExitCode.NO_INPUT, "cannot look into " + given + ": no such directory");
    }
  }

  private static CommandException unreadable(Path root, IOException e) {
    return new CommandException(
        ExitCode.NO_INPUT, "cannot look into " + root + ": " + FileErrors.reason(e), e);
  }
}
