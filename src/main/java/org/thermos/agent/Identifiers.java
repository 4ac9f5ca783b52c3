package org.thermos.agent;

/** Ids become names of directories, so Mesos refuses those that could lead elsewhere. */
final class Identifiers {
  private static final int NAME_MAX = 255;

  private Identifiers() {}

  static void check(String what, String id) {
    if (id.isEmpty() || id.length() > NAME_MAX || id.equals(".") || id.equals("..")) {
      throw new IllegalArgumentException(
          "Cannot use \"%s\" as %s: it must be a file name of 1 to %d characters"
              .formatted(id, what, NAME_MAX));
    }
    if (id.chars().anyMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c))) {
      throw new IllegalArgumentException(
          "Cannot use \"%s\" as %s: slashes and control characters are not allowed"
              .formatted(id, what));
    }
  }
}
