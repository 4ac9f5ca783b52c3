package org.thermos.cli;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.time.ZoneId;
import picocli.CommandLine.Help.Ansi;

/**
 * Where commands write.
 *
 * @param out what was asked for
 * @param err what went wrong
 * @param zone in which times are shown
 * @param ansi whether there may be colours
 */
record Output(PrintWriter out, PrintWriter err, ZoneId zone, Ansi ansi) {
  Output {
    requireNonNull(out, "out is null");
    requireNonNull(err, "err is null");
    requireNonNull(zone, "zone is null");
    requireNonNull(ansi, "ansi is null");
  }

  /** One line for the user about what could not be done. */
  void complain(String message) {
    out.flush();
    err.println("thermos: " + Printable.line(message));
    err.flush();
  }
}
