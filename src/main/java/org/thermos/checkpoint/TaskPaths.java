package org.thermos.checkpoint;

import static java.util.Objects.requireNonNull;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Where the files of a task lie below a checkpoint root (checkpoints 1.1). Ids and names come from
 * outside; one that would lead elsewhere is refused.
 */
public final class TaskPaths {
  private final Path root;
  private final String taskId;

  private TaskPaths(Path root, String taskId) {
    this.root = root;
    this.taskId = taskId;
  }

  /**
   * The paths of one task.
   *
   * @throws IllegalArgumentException if {@code taskId} cannot name a file
   */
  public static TaskPaths of(Path root, String taskId) {
    return new TaskPaths(requireNonNull(root, "root is null"), requireName("task id", taskId));
  }

  public Path root() {
    return root;
  }

  public String taskId() {
    return taskId;
  }

  /** The task while it is active: {@code tasks/active/<id>}. */
  public Path activeTask() {
    return root.resolve("tasks").resolve("active").resolve(taskId);
  }

  /** The task when it has ended: {@code tasks/finished/<id>}. */
  public Path finishedTask() {
    return root.resolve("tasks").resolve("finished").resolve(taskId);
  }

  /** The directory of all streams of the task. */
  public Path checkpoints() {
    return root.resolve("checkpoints").resolve(taskId);
  }

  /** The stream of the task. */
  public Path runnerCheckpoint() {
    return checkpoints().resolve("runner");
  }

  /** How the task's processes are started, for whoever takes it over; not the original's. */
  public Path settings() {
    return checkpoints().resolve("settings");
  }

  /** The order to end the task, if there is one; not the original's. */
  public Path stopOrder() {
    return checkpoints().resolve("stop");
  }

  /** What the clocks said when records were written; not the original's. */
  public Path clocks() {
    return checkpoints().resolve("clocks");
  }

  /**
   * The stream of one process, shared by all its runs.
   *
   * @throws IllegalArgumentException if {@code process} cannot name a file
   */
  public Path processCheckpoint(String process) {
    return checkpoints().resolve("coordinator." + requireName("process name", process));
  }

  /** Where logs go unless said otherwise: {@code .logs} in the sandbox. */
  public static Path defaultLogs(Path sandbox) {
    return sandbox.resolve(".logs");
  }

  /** Where logs lie of a stream whose header names no such place, as those before 2014 do. */
  public Path legacyLogs() {
    return root.resolve("logs").resolve(taskId);
  }

  /**
   * The directory of the logs of one run.
   *
   * @param run index in the process's history, from 0
   * @throws IllegalArgumentException if {@code process} cannot name a file
   */
  public static Path runLogs(Path logs, String process, int run) {
    return logs.resolve(requireName("process name", process)).resolve(Integer.toString(run));
  }

  private static String requireName(String what, String name) {
    if (name.isEmpty()
        || name.equals(".")
        || name.equals("..")
        || name.indexOf('/') >= 0
        || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "Cannot use the " + what + " " + PythonText.of(name) + " as a file name");
    }
    try {
      return Path.of(name).toString();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "Cannot use the "
              + what
              + " "
              + PythonText.of(name)
              + " as a file name; is the locale one of UTF-8 (LC_ALL=C.UTF-8)?",
          e);
    }
  }
}
