package org.thermos.http;

/** Text from outside, made fit for a line of a log. */
public final class Quoted {

  private static final int LIMIT = 200;

  private Quoted() {}

  /**
   * In quotes, on one line, with a dot for what cannot be printed, and no longer than 200
   * characters.
   */
  public static String text(String text) {
    StringBuilder quoted = new StringBuilder("'");
    for (int i = 0; i < Math.min(text.length(), LIMIT); i++) {
      char c = text.charAt(i);
      quoted.append(Character.isISOControl(c) ? '.' : c);
    }
    return quoted.append(text.length() > LIMIT ? "...'" : "'").toString();
  }
}
