package org.thermos.checkpoint;

/**
 * Strings as Python 2 shows them, {@code u'...'}: what the original's tools print, and safe on any
 * terminal.
 */
final class PythonText {
  private static final int PRINTABLE_FROM = 0x20;
  private static final int PRINTABLE_TO = 0x7e;

  private PythonText() {}

  static String of(String value) {
    char quote = value.indexOf('\'') >= 0 && value.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder text = new StringBuilder(value.length() + 3).append('u').append(quote);
    value.codePoints().forEach(c -> append(text, c, quote));
    return text.append(quote).toString();
  }

  private static void append(StringBuilder text, int c, char quote) {
    if (c == '\\' || c == quote) {
      text.append('\\').append((char) c);
    } else if (c == '\n') {
      text.append("\\n");
    } else if (c == '\r') {
      text.append("\\r");
    } else if (c == '\t') {
      text.append("\\t");
    } else if (c >= PRINTABLE_FROM && c <= PRINTABLE_TO) {
      text.append((char) c);
    } else if (c <= 0xff) {
      escape(text, 'x', c, 2);
    } else if (c <= 0xffff) {
      escape(text, 'u', c, 4);
    } else {
      escape(text, 'U', c, 8);
    }
  }

  private static void escape(StringBuilder text, char kind, int c, int digits) {
    String hex = Integer.toHexString(c);
    text.append('\\').append(kind).append("0".repeat(digits - hex.length())).append(hex);
  }
}
