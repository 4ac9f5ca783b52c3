package org.thermos.health;

import org.thermos.process.CommandResult;

/** What a {@link Probe} came back with. */
sealed interface Observation {

  /**
   * An HTTP answer.
   *
   * @param body trimmed, in lower case; empty for an error's
   */
  record Answered(int code, String body) implements Observation {}

  /** A connection was made. */
  record Connected() implements Observation {}

  /**
   * There was no answer or no connection.
   *
   * @param cause in the original's words where it has any
   * @param refused whether it is known that nobody listens, rather than unknown who does
   */
  record Unreachable(String cause, boolean refused) implements Observation {}

  /** A command came to its end. */
  record Ran(CommandResult result) implements Observation {}

  /** There is nothing that could be run. */
  record Invalid() implements Observation {}

  /** The fault is with us. */
  record Broken(String cause) implements Observation {}
}
