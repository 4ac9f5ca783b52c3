package org.thermos.config.schema;

import java.util.ArrayList;
import java.util.List;

/**
 * What a tag refers to: a name, then {@code .name} or {@code [index]} parts (config 5.3).
 *
 * @param parts at least one, in the order written
 */
public record Reference(List<Part> parts) {

  /**
   * One step of a reference.
   *
   * @param index whether it was written {@code [value]}, not {@code .value}
   */
  public record Part(String value, boolean index) {
    @Override
    public String toString() {
      return index ? "[" + value + "]" : "." + value;
    }
  }

  public Reference {
    parts = List.copyOf(parts);
  }

  /** Reads the text between the braces of a tag. */
  static Reference parse(String text) throws SchemaException {
    char start = text.charAt(0);
    if (start != '.' && start != '[' && !isNameStart(start)) {
      throw malformed(text, text);
    }
    String address = isNameStart(start) ? "." + text : text;
    List<Part> parts = new ArrayList<>();
    int i = 0;
    while (i < address.length()) {
      int from = i + 1;
      boolean index = address.charAt(i) == '[';
      i = from;
      while (i < address.length() && isPartOf(address.charAt(i), index)) {
        i++;
      }
      boolean wellFormed =
          index
              ? i > from && address.startsWith("]", i)
              : address.charAt(from - 1) == '.' && i > from && isNameStart(address.charAt(from));
      if (!wellFormed) {
        throw malformed(address, text);
      }
      parts.add(new Part(address.substring(from, i), index));
      i += index ? 1 : 0;
    }
    return new Reference(parts);
  }

  private static SchemaException malformed(String address, String text) {
    return new SchemaException(
        "Unable to interpolate: Badly formed address "
            + PythonText.shortened(address)
            + " in {{"
            + PythonText.shortened(text)
            + "}}: write a name, then .name or [index] parts, without spaces; or, if it is no"
            + " reference but text for the process, put an ampersand before it: {{&"
            + PythonText.shortened(text)
            + "}}");
  }

  private static boolean isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean isPartOf(char c, boolean index) {
    return isNameStart(c)
        || (c >= '0' && c <= '9')
        || (index && (c == '-' || c == '.' || c == '/'));
  }

  Part first() {
    return parts.get(0);
  }

  boolean startsWith(String name) {
    return !first().index() && first().value().equals(name);
  }

  /** The reference without its first part; it must have more than one. */
  Reference rest() {
    return new Reference(parts.subList(1, parts.size()));
  }

  /** The text between the braces of the tag. */
  public String address() {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      text.append(part);
    }
    return text.charAt(0) == '.' ? text.substring(1) : text.toString();
  }

  /** The tag. */
  @Override
  public String toString() {
    return "{{" + address() + "}}";
  }
}
