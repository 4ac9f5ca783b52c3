package org.thermos.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.thermos.checkpoint.TaskPaths;

/** Ends tasks, many at a time, and tells of one after the other. */
final class StopTasks {
  /** The system property that holds the path of the runner's program. */
  private static final String RUNNER = "thermos.runner";

  private static final int AT_A_TIME = 16;

  private final Output output;

  StopTasks(Output output) {
    this.output = output;
  }

  /**
   * Returns the exit code when all are over, or will not be.
   *
   * @param word what is said of each, as in {@code Killing}
   */
  int stop(Set<TaskPaths> tasks, StopWish wish, String word)
      throws CommandException, InterruptedException {
    if (tasks.isEmpty()) {
      output.out().println("No active tasks matched.");
      return ExitCode.OK;
    }
    Path program = runnerProgram();
    ExecutorService threads =
        Executors.newFixedThreadPool(Math.min(tasks.size(), AT_A_TIME), StopTasks::daemon);
    try {
      Map<TaskPaths, Future<StopResult>> results = new LinkedHashMap<>();
      for (TaskPaths task : tasks) {
        results.put(task, threads.submit(new TaskEnding(task, wish, program)));
      }
      int exitCode = ExitCode.OK;
      for (Map.Entry<TaskPaths, Future<StopResult>> entry : results.entrySet()) {
        exitCode = show(word, entry.getKey(), entry.getValue()) ? exitCode : ExitCode.FAILED;
      }
      return exitCode;
    } finally {
      threads.shutdownNow();
    }
  }

  private boolean show(String word, TaskPaths task, Future<StopResult> future)
      throws InterruptedException {
    output.out().print(word + " " + Printable.line(task.taskId()) + "...");
    output.out().flush();
    try {
      StopResult result = future.get();
      output.out().println(result.isDone() ? "done." : "failed.");
      result.notes().forEach(output::complain);
      result.failure().ifPresent(output::complain);
      return result.isDone();
    } catch (ExecutionException e) {
      output.out().println("failed.");
      output.complain("cannot go on: internal error: " + e.getCause());
      return false;
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "stop");
    thread.setDaemon(true);
    return thread;
  }

  private static Path runnerProgram() throws CommandException {
    String given = System.getProperty(RUNNER);
    if (given == null || !Files.isExecutable(Path.of(given))) {
      throw new CommandException(
          ExitCode.UNAVAILABLE,
          "cannot find the runner" + (given == null ? "" : ": " + given + " is no program"));
    }
    return Path.of(given).toAbsolutePath();
  }
}
