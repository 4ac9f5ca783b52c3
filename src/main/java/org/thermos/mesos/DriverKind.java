package org.thermos.mesos;

import java.util.Locale;
import org.thermos.http.Quoted;

/** What stands between the executor and the agent: the values of {@code --driver}. */
public enum DriverKind {
  /** {@link HttpExecutorDriver}. */
  HTTP,
  /** libmesos. */
  NATIVE,
  /** HTTP wherever the agent offers it, libmesos otherwise. */
  AUTO;

  /**
   * The kind that {@code text} names, in any case.
   *
   * @throws IllegalArgumentException naming the values there are
   */
  public static DriverKind parse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "http" -> HTTP;
      case "native" -> NATIVE;
      case "auto" -> AUTO;
      default ->
          throw new IllegalArgumentException(
              "Cannot use the driver " + Quoted.text(text) + ": choose http, native or auto.");
    };
  }
}
