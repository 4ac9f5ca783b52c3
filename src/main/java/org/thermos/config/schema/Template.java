package org.thermos.config.schema;

/**
 * The tags in a text, one after the other: {@code {{reference}}} or the escaped {@code {{&any
 * text}}}. A tag is two braces, a text without braces and two braces (config 5.3); the innermost
 * counts, so that names can be built in steps.
 */
final class Template {
  private final String text;
  private int start;
  private int end;
  private boolean escaped;
  private String body = "";

  Template(String text) {
    this.text = text;
  }

  /** Whether a text may hold tags at all: cheap, to leave most texts alone. */
  static boolean mayHaveTags(String text) {
    return text.contains("{{");
  }

  /** Whether a text holds a tag that is not escaped. */
  static boolean hasReferences(String text) {
    Template tags = new Template(text);
    while (tags.next()) {
      if (!tags.escaped) {
        return true;
      }
    }
    return false;
  }

  /** A text as it is meant: without the ampersand of each escaped tag. Of no text twice. */
  static String unescaped(String text) {
    if (!text.contains("{{&")) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int copied = 0;
    Template tags = new Template(text);
    while (tags.next()) {
      if (tags.escaped) {
        out.append(text, copied, tags.start).append("{{").append(tags.body).append("}}");
        copied = tags.end;
      }
    }
    return out.append(text, copied, text.length()).toString();
  }

  /** Moves to the next tag, if there is one. */
  boolean next() {
    int from = end;
    while (true) {
      int open = text.indexOf("{{", from);
      if (open < 0) {
        return false;
      }
      int i = open + 2;
      while (i < text.length() && text.charAt(i) != '{' && text.charAt(i) != '}') {
        i++;
      }
      if (i > open + 2 && text.startsWith("}}", i)) {
        start = open;
        end = i + 2;
        readBody(text.substring(open + 2, i));
        return true;
      }
      // Of three braces the last two may open a tag; a text in between cannot.
      from = i == open + 2 ? open + 1 : i;
    }
  }

  private void readBody(String inner) {
    escaped = inner.charAt(0) == '&';
    body = escaped ? inner.substring(1) : inner;
  }

  /** Where the tag begins. */
  int start() {
    return start;
  }

  /** Where the text after the tag begins. */
  int end() {
    return end;
  }

  boolean escaped() {
    return escaped;
  }

  /** The tag's text, without the ampersand of an escaped one. */
  String body() {
    return body;
  }
}
