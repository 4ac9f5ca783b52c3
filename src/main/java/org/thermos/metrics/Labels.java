package org.thermos.metrics;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What tells the samples of one metric apart: names ({@code [a-zA-Z_][a-zA-Z0-9_]*}) and values,
 * which may be any text.
 */
public record Labels(Map<String, String> values) {
  public static final Labels NONE = new Labels(Map.of());

  public Labels {
    values = Map.copyOf(values);
    for (String name : values.keySet()) {
      if (!name.matches("[a-zA-Z_][a-zA-Z0-9_]*")) {
        throw new IllegalArgumentException("unable to use '" + name + "' as a label's name");
      }
    }
  }

  public static Labels of(String name, String value) {
    return new Labels(Map.of(name, value));
  }

  boolean contains(Labels part) {
    return values.entrySet().containsAll(part.values.entrySet());
  }

  /** As in the text format; empty without labels. */
  String text() {
    return values.isEmpty()
        ? ""
        : new TreeMap<>(values)
            .entrySet().stream()
                .map(label -> label.getKey() + "=\"" + escaped(label.getValue()) + "\"")
                .collect(Collectors.joining(",", "{", "}"));
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
