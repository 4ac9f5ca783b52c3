package org.thermos.executor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The directory of a task that shares its executor's with others. */
final class OwnDirectory {
  private static final int DIRECTORY_MODE = 0755;
  private static final int ENTER = 0111;

  private OwnDirectory() {}

  /** Whether a task does not have the executor's directory for itself. */
  static boolean isNeeded(TaskPlace place) {
    return !place.sandbox().equals(executors(place));
  }

  /**
   * Makes it, through no link that was fetched, and the way to it open to every account: the tasks'
   * may differ from one another, and since Mesos 1.6 the executor's directory is closed to others
   * (MESOS-8332). One at a time, for tasks that come together make part of the way together.
   */
  static synchronized void make(TaskPlace place) throws IOException {
    Path path = executors(place);
    int mode = (int) Files.getAttribute(path, "unix:mode");
    if ((mode & ENTER) != ENTER) {
      Files.setAttribute(path, "unix:mode", (mode & 0777) | ENTER);
    }
    for (Path name : path.relativize(place.sandbox())) {
      path = path.resolve(name);
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(path); // Fails if there is anything else.
        Files.setAttribute(path, "unix:mode", DIRECTORY_MODE, LinkOption.NOFOLLOW_LINKS);
      }
    }
  }

  private static Path executors(TaskPlace place) {
    return place.checkpointRoot().getParent();
  }
}
