package org.thermos.process;

/** What became of a {@link CommandSpec}. Outputs are both of the program's, and bounded. */
public sealed interface CommandResult {

  record Ended(ExitStatus status, String output) implements CommandResult {}

  /** It took too long, and was killed with everything that it started. */
  record TimedOut(String output) implements CommandResult {}

  /**
   * It could not be executed.
   *
   * @param reason for the user, as in {@code No such file or directory}
   */
  record NotRun(String reason) implements CommandResult {}
}
