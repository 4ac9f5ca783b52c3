package org.thermos.announce;

/** What becomes of an announcement. Reported on the announcer's thread. */
public sealed interface AnnounceReport {
  /** The task is announced, for the first time or again. */
  record Joined(String node) implements AnnounceReport {}

  /** The task is not announced any more: unhealthy, withdrawn, or somebody else's doing. */
  record Left(String why) implements AnnounceReport {}

  /** The task must fail; comes at most once, and then nothing of it will be announced any more. */
  record Failed(String message) implements AnnounceReport {}
}
