package org.thermos.process;

import java.nio.file.Path;
import java.util.List;

/**
 * Where the output of a run goes (processes 4.7).
 *
 * @param base an existing directory that the job's account cannot replace
 * @param components the directories below it that lead to the log directory; they are made where
 *     missing, and none may be a symbolic link
 */
public record LogSpec(Path base, List<String> components, Destination destination, Mode mode) {
  public LogSpec {
    components = List.copyOf(components);
  }

  /** What gets the output; CONSOLE is the broker's own standard output and error. */
  public enum Destination {
    FILE,
    CONSOLE,
    BOTH,
    NONE
  }

  /** How files grow. */
  public sealed interface Mode {}

  /** For ever. */
  public record Standard() implements Mode {}

  /**
   * A file that has reached the limit becomes {@code .1}, and so on.
   *
   * @param limit bytes, at least 1
   * @param backups how many older files are kept, at least 1
   */
  public record Rotate(long limit, int backups) implements Mode {
    public Rotate {
      if (limit < 1) {
        throw new IllegalArgumentException("Log size cannot be less than one byte.");
      }
      if (backups < 1) {
        throw new IllegalArgumentException("Log backups cannot be less than one.");
      }
    }
  }
}
