package org.thermos.cli;

/**
 * Text from elsewhere made safe to show: what could steer a terminal, or hide or reorder what is
 * shown, is replaced by {@code ?}.
 */
final class Printable {
  private Printable() {}

  /** On one line: line breaks become spaces. */
  static String line(String text) {
    return replaced(text.strip().replaceAll("\\R", " "));
  }

  /** With its tabs. */
  static String output(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    for (String part : text.split("\t", -1)) {
      shown.append(shown.isEmpty() ? "" : "\t").append(replaced(part));
    }
    return shown.toString();
  }

  private static String replaced(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints().map(c -> isHarmless(c) ? c : '?').forEach(shown::appendCodePoint);
    return shown.toString();
  }

  private static boolean isHarmless(int c) {
    int type = Character.getType(c);
    return !Character.isISOControl(c) && type != Character.FORMAT && type != Character.SURROGATE;
  }
}
