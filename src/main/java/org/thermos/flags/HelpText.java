package org.thermos.flags;

import java.util.ArrayList;
import java.util.List;

/** The text of {@code --help}: the flags in their groups, with their defaults, no line too long. */
final class HelpText {
  private static final int WIDTH = 100;

  /** A longer flag has its help below it, so that one does not push all of them to the right. */
  private static final int MAXIMUM_COLUMN = 36;

  private HelpText() {}

  static String of(String program, List<FlagGroup> groups) {
    int column =
        groups.stream()
                .flatMap(group -> group.flags().stream())
                .mapToInt(flag -> spelling(flag).length())
                .filter(length -> length + 4 <= MAXIMUM_COLUMN)
                .max()
                .orElse(0)
            + 4;
    StringBuilder text =
        new StringBuilder("usage: ").append(program).append(" [--flag=value]...\n");
    for (FlagGroup group : groups) {
      text.append('\n');
      if (!group.title().isEmpty()) {
        text.append(group.title()).append('\n');
      }
      group.flags().forEach(flag -> append(text, flag, column));
    }
    return text.toString();
  }

  private static void append(StringBuilder text, Flag flag, int column) {
    String start = "  " + spelling(flag);
    text.append(start);
    int at = start.length();
    for (String line : wrapped(help(flag), WIDTH - column)) {
      if (at > column - 2) {
        text.append('\n');
        at = 0;
      }
      text.append(" ".repeat(column - at)).append(line);
      at = WIDTH;
    }
    text.append('\n');
  }

  private static String help(Flag flag) {
    return flag.help() + flag.defaultValue().map(value -> " (default " + value + ")").orElse("");
  }

  private static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (line.length() > 0 && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() > 0 ? " " : "").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static String spelling(Flag flag) {
    return switch (flag.kind()) {
      case SWITCH -> "--" + flag.name();
      case VALUE -> "--" + flag.name() + "=VALUE";
      case REPEATED -> "--" + flag.name() + "=VALUE...";
    };
  }
}
