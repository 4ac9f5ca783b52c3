package org.thermos.announce;

import java.util.Optional;
import org.apache.zookeeper.KeeperException.Code;

/** What an answer of ZooKeeper means to an operation. */
final class Answers {
  private Answers() {}

  /** Empty if the answer is that it was done. */
  static Optional<AnnouncementEvent> unlessDone(int operation, Code code, String what) {
    return switch (code) {
      case OK -> Optional.empty();
      case CONNECTIONLOSS, SESSIONEXPIRED, SESSIONMOVED, OPERATIONTIMEOUT, REQUESTTIMEOUT ->
          Optional.of(new AnnouncementEvent.Unanswered(operation));
      default ->
          Optional.of(
              new AnnouncementEvent.Refused(operation, "Failed to " + what + ": " + meaning(code)));
    };
  }

  private static String meaning(Code code) {
    return switch (code) {
      case NOAUTH -> "ZooKeeper does not permit it (NOAUTH)";
      case INVALIDACL -> "ZooKeeper does not accept the permissions asked for (INVALIDACL)";
      case NONODE -> "the ensemble's root does not exist (NONODE)";
      default -> code.toString();
    };
  }
}
