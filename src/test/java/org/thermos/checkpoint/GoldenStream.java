package org.thermos.checkpoint;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A stream written by the original, and what the original's reader makes of it.
 *
 * @param name for people
 * @param decoded one line for each record
 */
record GoldenStream(String name, Path file, Path decoded) {
  /** All streams of which there is a decoded version. */
  static List<GoldenStream> all() throws IOException {
    List<GoldenStream> streams = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory())) {
      for (Path file :
          files
              .filter(file -> file.toString().contains("/root"))
              .filter(Files::isRegularFile)
              .sorted()
              .toList()) {
        Path path = directory().relativize(file);
        String root = path.getName(1).toString();
        Path decoded =
            directory()
                .resolve(path.getName(0))
                .resolve(root.replace("root", "decoded"))
                .resolve(path.getFileName() + ".txt");
        if (Files.exists(decoded)) {
          streams.add(
              new GoldenStream(
                  path.getName(0) + "/" + root + "/" + path.getFileName(), file, decoded));
        }
      }
    }
    return streams;
  }

  /** The runner's stream of a scenario. */
  static Path runner(String scenario, String root) throws IOException {
    return file(scenario, root, "runner");
  }

  static Path file(String scenario, String root, String name) throws IOException {
    try (Stream<Path> files = Files.walk(directory().resolve(scenario).resolve(root))) {
      return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
    }
  }

  static Path directory() {
    try {
      return Path.of(GoldenStream.class.getResource("/golden").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All that a reader gives, with what it stops at. */
  static List<ReadResult> read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      RecordReader reader = new RecordReader(channel, 0);
      List<ReadResult> results = new ArrayList<>();
      do {
        results.add(reader.next());
      } while (results.get(results.size() - 1) instanceof ReadResult.Intact);
      return results;
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
