package org.thermos.announce;

import java.time.Duration;

/** What an announcement wants done. What is numbered is answered under that number. */
sealed interface AnnouncementEffect {
  record Create(int operation) implements AnnouncementEffect {}

  /** Look for the node that an unanswered creation made. */
  record Search(int operation) implements AnnouncementEffect {}

  record Watch(int operation, String node) implements AnnouncementEffect {}

  record Delete(int operation, String node) implements AnnouncementEffect {}

  /** Replaces what was asked for before. */
  record WakeAt(Duration when) implements AnnouncementEffect {}

  record Log(String message) implements AnnouncementEffect {}

  record Report(AnnounceReport report) implements AnnouncementEffect {}

  /** At most once. */
  record Withdrawn(Withdrawal outcome) implements AnnouncementEffect {}
}
