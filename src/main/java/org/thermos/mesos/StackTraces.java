package org.thermos.mesos;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * For errors that are bugs, ours or the executor's: the only ones whose stack is worth a log's
 * lines.
 */
final class StackTraces {

  private StackTraces() {}

  static String text(Throwable throwable) {
    StringWriter text = new StringWriter();
    throwable.printStackTrace(new PrintWriter(text));
    return text.toString().stripTrailing();
  }
}
