package org.thermos.announce;

import java.time.Duration;
import java.util.Optional;

/** What an announcement learns. Answers carry the number of the operation they answer. */
sealed interface AnnouncementEvent {
  /** The session can be used: for the first time, again, or it is a new one. */
  record Connected() implements AnnouncementEvent {}

  /** The connection broke; the session and its nodes live on for now. */
  record Suspended() implements AnnouncementEvent {}

  /** The session ended, and its nodes with it. */
  record Expired() implements AnnouncementEvent {}

  record Created(int operation, String node) implements AnnouncementEvent {}

  /** The node of a creation whose answer was lost, if it was made. */
  record Found(int operation, Optional<String> node) implements AnnouncementEvent {}

  /** The node is there, and its deletion will be told. */
  record Watched(int operation) implements AnnouncementEvent {}

  /** The node is deleted, or was not there. */
  record Gone(int operation) implements AnnouncementEvent {}

  /** The server said no: nothing was done. */
  record Refused(int operation, String cause) implements AnnouncementEvent {}

  /** The connection broke before there was an answer: it was done or not. */
  record Unanswered(int operation) implements AnnouncementEvent {}

  /** A watched node was deleted by whomever. */
  record Deleted(String node) implements AnnouncementEvent {}

  record Healthy(boolean healthy) implements AnnouncementEvent {}

  /**
   * The task is to be announced no more.
   *
   * @param deadline when to be done with it
   */
  record Withdraw(Duration deadline) implements AnnouncementEvent {}

  /** A moment that was asked for has come; or the first event of all. */
  record TimeCame() implements AnnouncementEvent {}
}
