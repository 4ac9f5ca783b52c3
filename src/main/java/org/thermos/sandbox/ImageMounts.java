package org.thermos.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.thermos.log.ErrorText;

/** Shows parts of the host's file system inside an image (executor 6.6). */
final class ImageMounts {
  /** The agent's volume that is the image itself, below {@code MESOS_DIRECTORY}. */
  static final String IMAGE = "taskfs";

  private static final Path ROOT = Path.of("/");

  private final ImageRoot image;
  private final Commands commands;
  private final List<Path> covered = new ArrayList<>();

  ImageMounts(ImageRoot image, Commands commands) {
    this.image = image;
    this.commands = commands;
  }

  /**
   * Mounts each volume at its own path. One below another is there with that one already.
   *
   * @param directory what relative ones are below
   */
  void volumes(Path directory, List<String> volumes) throws IOException {
    List<Path> done = new ArrayList<>();
    for (String volume : volumes) {
      Path path = path(volume);
      boolean isThere = path.equals(Path.of(IMAGE)) || done.stream().anyMatch(path::startsWith);
      if (!isThere) {
        mount(directory.resolve(path), ROOT.resolve(path));
        done.add(path);
      }
    }
  }

  private static Path path(String volume) throws IOException {
    try {
      Path path = Path.of(volume).normalize();
      if (!path.startsWith("..") && !path.equals(ROOT) && !path.toString().isEmpty()) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new IOException("cannot mount the volume " + volume + ": it is no path", e);
    }
    throw new IOException(
        "cannot mount the volume " + volume + ": it would take the place of the whole image");
  }

  /**
   * @param target as the image's processes see it; made if it is missing
   */
  void mount(Path source, Path target) throws IOException {
    Path place = destination(source, target);
    commands.run("mount", "-n", "--rbind", source.toString(), place.toString());
    covered.add(place);
  }

  private Path destination(Path source, Path target) throws IOException {
    try {
      Path place = image.resolve(target);
      boolean isFile = !Files.isDirectory(source.toRealPath());
      if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        return place;
      }
      // What is mounted belongs to others: nothing is made in there.
      for (Path mounted : covered) {
        if (place.startsWith(mounted)) {
          throw new IOException(place + " does not exist in the volume that is mounted above it");
        }
      }
      if (isFile) {
        image.makeFile(place);
      } else {
        image.makeDirectories(place);
      }
      return place;
    } catch (IOException e) {
      throw new IOException(
          "cannot mount " + source + " at " + target + " of the task's image: " + ErrorText.of(e),
          e);
    }
  }
}
