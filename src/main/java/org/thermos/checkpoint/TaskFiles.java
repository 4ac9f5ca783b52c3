package org.thermos.checkpoint;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;

/**
 * The file that says that a task is active or finished, and what it is (checkpoints 1.13). Only the
 * holder of the runner lock may change it.
 */
public final class TaskFiles {
  private final TaskPaths paths;
  private final Clock clock;

  /**
   * @param clock for modification times
   */
  public TaskFiles(TaskPaths paths, Clock clock) {
    this.paths = requireNonNull(paths, "paths is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  public boolean isActive() {
    return exists(paths.activeTask());
  }

  public boolean isFinished() {
    return exists(paths.finishedTask());
  }

  /**
   * Writes the active file, durably and all at once. One that exists is left as it is.
   *
   * @param task the fully bound task as JSON
   * @throws IOException if the task is finished already, or the file cannot be written
   */
  public void create(byte[] task) throws IOException {
    if (isFinished()) {
      throw new IOException(
          "Cannot initialize task with \"finished\" record! " + paths.finishedTask() + " exists");
    }
    if (isActive()) {
      return;
    }
    DurableFile.createDirectories(paths.checkpoints());
    DurableFile.createDirectories(paths.activeTask().getParent());
    // Not beside the active file, where it would be taken for a task.
    Path draft = paths.checkpoints().resolve(".task");
    DurableFile.replace(paths.activeTask(), draft, task);
  }

  /**
   * Moves the active file to the finished ones, durably.
   *
   * @throws IOException if there is no active file, or a finished one already, or it cannot be
   *     moved
   */
  public void finish() throws IOException {
    if (!isActive()) {
      throw new IOException(
          "Cannot finalize task with no \"active\" record! " + paths.activeTask() + " is missing");
    }
    if (isFinished()) {
      throw new IOException(
          "Cannot finalize task with \"finished\" record! " + paths.finishedTask() + " exists");
    }
    DurableFile.createDirectories(paths.finishedTask().getParent());
    Files.move(paths.activeTask(), paths.finishedTask(), StandardCopyOption.ATOMIC_MOVE);
    Files.setLastModifiedTime(paths.finishedTask(), FileTime.from(clock.instant()));
    CheckpointFiles.syncDirectory(paths.finishedTask().getParent());
    CheckpointFiles.syncDirectory(paths.activeTask().getParent());
  }

  private static boolean exists(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }
}
