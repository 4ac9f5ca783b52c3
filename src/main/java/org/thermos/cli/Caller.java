package org.thermos.cli;

import static java.util.Objects.requireNonNull;

import org.thermos.process.Accounts;
import org.thermos.process.UnknownUserException;

/**
 * Whoever runs this program.
 *
 * @param name of the account; the number where it has no name, as in containers without accounts
 */
record Caller(String name, int uid) {
  Caller {
    requireNonNull(name, "name is null");
  }

  static Caller current() {
    int uid = Accounts.currentUid();
    try {
      return new Caller(new Accounts().current().name(), uid);
    } catch (UnknownUserException e) {
      return new Caller(Integer.toString(uid), uid);
    }
  }

  boolean isRoot() {
    return uid == 0;
  }

  /**
   * @param isDemanded whether the user asked for the account; a task's own role is only a name
   *     where processes cannot be given to it
   * @throws CommandException if a task cannot run as {@code user}
   */
  void requireMayRunAs(String user, boolean isDemanded) throws CommandException {
    if (isRoot()) {
      if (new Accounts().byName(user).isEmpty()) {
        throw new CommandException(
            ExitCode.NO_USER,
            "cannot run the task as "
                + user
                + ": there is no such account; choose one with --user");
      }
    } else if (isDemanded && !user.equals(name)) {
      throw new CommandException(
          ExitCode.NO_PERMISSION, "cannot run the task as " + user + ": you are not root");
    }
  }
}
