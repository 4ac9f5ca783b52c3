package org.thermos.runner;

import java.io.IOException;
import java.time.Duration;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.process.Accounts;

/** How long a task may take to end gracefully, for those who wait for it. */
public final class KillWait {
  static final Duration DEFAULT = Duration.ofSeconds(60);

  /** Nobody else's word makes us wait longer. */
  private static final Duration MOST_FOR_OTHERS = Duration.ofHours(1);

  private KillWait() {}

  /**
   * What its runner was started with; the default if the checkpoint's owner cannot tell for
   * certain. If that is another account, it is at most an hour.
   */
  public static Duration recorded(TaskPaths paths) {
    try {
      Provenance owner = Provenance.ofOwner(paths.checkpoints());
      Duration recorded =
          new SettingsFile(paths).read(owner).map(TaskSettings::killWait).orElse(DEFAULT);
      boolean isOurs = owner.uid() == Accounts.currentUid();
      return isOurs || recorded.compareTo(MOST_FOR_OTHERS) < 0 ? recorded : MOST_FOR_OTHERS;
    } catch (SettingsException | IOException e) {
      return DEFAULT; // Whoever ends the task says what is wrong with them.
    }
  }
}
