package org.thermos.health;

import java.util.Locale;
import java.util.Optional;
import org.thermos.config.HealthCheck;
import org.thermos.process.CommandResult;

/** Whether what was seen of a task is healthy, in the original's words (health 7.2, 7.3). */
final class ThermosVerdict {
  private static final int SHORT = 10;
  private static final int MOST_OUTPUT = 2000;

  private ThermosVerdict() {}

  /** Why it is not; empty if it is. */
  static Optional<String> failure(HealthCheck check, Observation seen) {
    if (seen instanceof Observation.Broken broken) {
      return Optional.of("Internal health check error: " + broken.cause());
    }
    if (seen instanceof Observation.Invalid) {
      return Optional.of("Invalid commmand."); // The original's spelling.
    }
    if (check instanceof HealthCheck.Http http) {
      return ofHttp(http, seen);
    }
    if (check instanceof HealthCheck.Shell shell) {
      return ofCommand(shell.command(), ((Observation.Ran) seen).result());
    }
    if (seen instanceof Observation.Unreachable unreachable) {
      int port = ((HealthCheck.Tcp) check).port();
      return Optional.of("Failed to connect to localhost:" + port + ": " + unreachable.cause());
    }
    return Optional.empty();
  }

  private static Optional<String> ofHttp(HealthCheck.Http check, Observation seen) {
    if (seen instanceof Observation.Unreachable unreachable) {
      return Optional.of("Failed to signal " + check.url() + ": " + unreachable.cause());
    }
    Observation.Answered answer = (Observation.Answered) seen;
    String expected = check.expectedResponse();
    if (!expected.isEmpty() && !expected.toLowerCase(Locale.ROOT).equals(answer.body())) {
      return Optional.of(
          "Response differs from expected response (expected \""
              + shortened(expected)
              + "\", got \""
              + shortened(answer.body())
              + "\")");
    }
    if (!check.expectedResponseCode().contains(answer.code())) {
      return Optional.of(
          "Response code differs from expected response (expected "
              + check.expectedResponseCode()
              + ", got "
              + answer.code()
              + ")");
    }
    return Optional.empty();
  }

  private static Optional<String> ofCommand(String command, CommandResult result) {
    if (result instanceof CommandResult.NotRun notRun) {
      return Optional.of("OSError: " + notRun.reason());
    }
    if (result instanceof CommandResult.TimedOut) {
      return Optional.of("Health check timed out.");
    }
    CommandResult.Ended ended = (CommandResult.Ended) result;
    int status = ended.status().returnCode();
    if (status == 0) {
      return Optional.empty();
    }
    return Optional.of(
        "Command '"
            + command
            + "' returned non-zero exit status "
            + status
            + " with output '"
            + bounded(ended.output())
            + "'");
  }

  private static String shortened(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", ".");
    return plain.length() < SHORT ? plain : plain.substring(0, SHORT - 3) + "...";
  }

  private static String bounded(String output) {
    return output.length() <= MOST_OUTPUT ? output : output.substring(0, MOST_OUTPUT) + "...";
  }
}
