package org.thermos.monitor;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.thermos.checkpoint.TaskPaths;

/** Finds the tasks below a checkpoint root. Nothing but paths is looked at (observer-cli 8.1). */
public final class TaskFinder {
  private TaskFinder() {}

  /**
   * The tasks that are not over, by id; none if there is no such root.
   *
   * @throws IOException if the root cannot be read
   */
  public static List<TaskPaths> active(Path root) throws IOException {
    List<TaskPaths> found = new ArrayList<>();
    Path active = root.resolve("tasks").resolve("active");
    try (DirectoryStream<Path> files = Files.newDirectoryStream(active)) {
      for (Path file : files) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          found.add(TaskPaths.of(root, file.getFileName().toString()));
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    found.sort((left, right) -> left.taskId().compareTo(right.taskId()));
    return found;
  }
}
