package org.thermos.executor;

import java.io.IOException;
import org.thermos.log.ErrorText;

/** What went wrong, in one line and without a stack trace. */
final class Causes {
  /** What a status update carries of a text that others may have written. */
  static final int MAXIMUM_LENGTH = 2_000;

  private static final int TRACE_DEPTH = 20;

  private Causes() {}

  /** The reason of an exception, for a user. */
  static String text(Throwable thrown) {
    if (thrown instanceof IOException io) {
      return line(ErrorText.of(io));
    }
    String message = thrown.getMessage();
    return line(message == null || message.isBlank() ? thrown.getClass().getSimpleName() : message);
  }

  /** Where it happened, for the log. */
  static String trace(Throwable thrown) {
    StringBuilder trace = new StringBuilder(thrown.toString());
    int depth = 0;
    for (StackTraceElement frame : thrown.getStackTrace()) {
      if (depth++ == TRACE_DEPTH) {
        break;
      }
      trace.append("; at ").append(frame);
    }
    return trace.toString();
  }

  /** A text as one bounded line. */
  static String line(String text) {
    StringBuilder line = new StringBuilder();
    text.strip()
        .codePoints()
        .limit(MAXIMUM_LENGTH)
        .map(c -> Character.isISOControl(c) ? ' ' : c)
        .forEach(line::appendCodePoint);
    return line.toString();
  }
}
