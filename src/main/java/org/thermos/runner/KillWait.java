package org.thermos.runner;

import java.io.IOException;
import java.time.Duration;
import org.thermos.checkpoint.TaskPaths;

/** How long a task may take to end gracefully, for those who wait for it. */
public final class KillWait {
  static final Duration DEFAULT = Duration.ofSeconds(60);

  private KillWait() {}

  /** What its runner was started with; the default if that is not known for certain. */
  public static Duration recorded(TaskPaths paths) {
    try {
      return new SettingsFile(paths)
          .read(Provenance.ofThisProcess())
          .map(TaskSettings::killWait)
          .orElse(DEFAULT);
    } catch (SettingsException | IOException e) {
      return DEFAULT; // Whoever ends the task says what is wrong with them.
    }
  }
}
