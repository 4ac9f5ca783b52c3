package org.thermos.monitor;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where checkpoint roots are on this machine (observer-cli 8.1). */
public final class TaskRoots {
  /** Where tasks keep their checkpoints that no executor runs. */
  public static final Path DEFAULT = Path.of("/var/run/thermos");

  /** Where Mesos agents work unless told otherwise. */
  public static final Path DEFAULT_MESOS = Path.of("/var/lib/mesos");

  private static final List<String> ABOVE_RUNS =
      List.of("slaves", "frameworks", "executors", "runs");

  private TaskRoots() {}

  /**
   * The checkpoint roots of all executor runs below an agent's work directory: {@code
   * slaves/*}{@code /frameworks/*}{@code /executors/*}{@code /runs/*}{@code /checkpoints}. Symbolic
   * links are not followed: {@code latest} names a run that has a name, and a task may have put
   * others. A directory that vanishes meanwhile is passed over.
   *
   * @param unreadable told of every directory that cannot be read; goes on without if it returns
   */
  public static <E extends Exception> List<Path> ofMesos(
      Path workDirectory, Unreadable<E> unreadable) throws E {
    List<Path> level = List.of(workDirectory);
    for (String name : ABOVE_RUNS) {
      List<Path> below = new ArrayList<>();
      for (Path directory : level) {
        Path parent = directory.resolve(name);
        try {
          below.addAll(directories(parent));
        } catch (IOException e) {
          unreadable.met(parent, e);
        }
      }
      level = below;
    }
    return level.stream().map(run -> run.resolve("checkpoints")).filter(TaskRoots::isReal).toList();
  }

  private static List<Path> directories(Path parent) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, TaskRoots::isReal)) {
      entries.forEach(found::add);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    found.sort(null);
    return found;
  }

  private static boolean isReal(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }
}
