package org.thermos.process;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whom the header of a checkpoint names as the owner of its processes.
 *
 * @param uid missing in old checkpoints
 */
public record RecordedOwner(String user, OptionalInt uid) {
  private static final Duration DRIFT = Duration.ofSeconds(10);

  /**
   * Whether a process with this account can be one of the owner's (processes 4.9); what could not
   * be found out is empty.
   */
  public boolean owns(OptionalInt processUid, Optional<String> processUser) {
    if (uid.isEmpty()) {
      return processUser.isPresent() && processUser.get().equals(user);
    }
    // What root launched may have become somebody else.
    return processUid.isPresent()
        && (uid.getAsInt() == 0 || uid.getAsInt() == processUid.getAsInt());
  }

  /**
   * Whether a process that the kernel made at one time can be the one recorded with the other
   * (processes 4.9).
   */
  public static boolean isSoonAfter(Instant recorded, Instant created) {
    return Duration.between(recorded, created).abs().compareTo(DRIFT) < 0;
  }
}
