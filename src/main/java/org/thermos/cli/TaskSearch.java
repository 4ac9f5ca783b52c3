package org.thermos.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.monitor.TaskFinder;
import org.thermos.monitor.TaskRoots;
import org.thermos.monitor.Unreadable;

/**
 * Looks for active tasks, root after root. What the user named has to be there and readable; what
 * nobody named is only complained about, since it must not keep anybody from ending his tasks.
 */
final class TaskSearch {
  private final Output output;
  private final List<Pattern> patterns;
  private final Set<Path> seen = new LinkedHashSet<>();
  private final Set<TaskPaths> found = new LinkedHashSet<>();

  /**
   * @param patterns of which one has to match a task's id, from its start on
   */
  TaskSearch(Output output, List<Pattern> patterns) {
    this.output = output;
    this.patterns = List.copyOf(patterns);
  }

  /** The tasks found so far, each once. */
  Set<TaskPaths> found() {
    return Collections.unmodifiableSet(found);
  }

  /** Looks into what the user named: checkpoint roots, and work directories of Mesos agents. */
  void lookInto(List<Path> roots, List<Path> agents) throws CommandException {
    for (List<Path> given : List.of(roots, agents)) {
      for (Path directory : given) {
        if (!Files.isDirectory(directory)) {
          throw new CommandException(
              ExitCode.NO_INPUT, "cannot look into " + directory + ": no such directory");
        }
      }
    }
    look(
        roots,
        agents,
        (directory, why) -> {
          throw new CommandException(ExitCode.NO_INPUT, complaint(directory, why), why);
        });
  }

  /** Looks into what nobody named, as far as it is there. */
  void lookIntoUnnamed(List<Path> roots, List<Path> agents) {
    look(roots, agents, (directory, why) -> output.complain(complaint(directory, why)));
  }

  private <E extends Exception> void look(
      List<Path> roots, List<Path> agents, Unreadable<E> unreadable) throws E {
    List<Path> all = new ArrayList<>(roots);
    for (Path agent : agents) {
      all.addAll(TaskRoots.ofMesos(agent, unreadable));
    }
    for (Path root : all) {
      try {
        look(root);
      } catch (NoSuchFileException e) {
        // It is gone, and its tasks with it: agents remove old runs at any time.
      } catch (IOException e) {
        unreadable.met(root, e);
      }
    }
  }

  private void look(Path root) throws IOException {
    if (!seen.add(root.toRealPath())) {
      return;
    }
    for (TaskPaths task : TaskFinder.active(root.toRealPath())) {
      if (patterns.stream().anyMatch(it -> it.matcher(task.taskId()).lookingAt())) {
        found.add(task);
      }
    }
  }

  private static String complaint(Path directory, IOException why) {
    return "cannot look into " + directory + ": " + FileErrors.reason(why);
  }
}
