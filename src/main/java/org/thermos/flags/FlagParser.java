package org.thermos.flags;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code --name=value}, {@code --name value} and {@code --switch} for the programs that run
 * once per task and cannot afford a command-line library (the command line itself uses one).
 */
public final class FlagParser {
  private final String program;
  private final Map<String, Flag> flags = new LinkedHashMap<>();

  /**
   * @param program the name shown in messages
   * @param flags every flag the program knows, in the order {@code --help} lists them
   */
  public FlagParser(String program, List<Flag> flags) {
    this.program = program;
    for (Flag flag : flags) {
      if (this.flags.put(flag.key(), flag) != null) {
        throw new IllegalArgumentException("flag declared twice: " + flag.name());
      }
    }
  }

  /**
   * Parses a whole command line.
   *
   * @throws UsageException naming the argument that cannot be understood, and the nearest flag
   */
  public FlagValues parse(String... arguments) throws UsageException {
    Map<Flag, List<String>> given = new HashMap<>();
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (!argument.startsWith("--") || argument.length() == 2) {
        throw new UsageException(
            "cannot use argument '" + argument + "': " + program + " takes only flags, see --help");
      }
      int equals = argument.indexOf('=');
      String spelling = argument.substring(2, equals < 0 ? argument.length() : equals);
      Flag flag = flags.get(Flag.key(spelling));
      if (flag == null) {
        throw new UsageException(
            "cannot use --" + spelling + ": no such flag" + suggestion(spelling));
      }
      String value;
      if (flag.kind() == Flag.Kind.SWITCH) {
        if (equals >= 0) {
          throw new UsageException(
              "cannot use " + argument + ": --" + flag.name() + " takes no value");
        }
        value = "true";
      } else if (equals >= 0) {
        value = argument.substring(equals + 1);
      } else if (i + 1 < arguments.length) {
        value = arguments[++i];
      } else {
        throw new UsageException("cannot use --" + spelling + ": its value is missing");
      }
      given.computeIfAbsent(flag, unused -> new ArrayList<>()).add(value);
    }
    return new FlagValues(given);
  }

  /** The text of {@code --help}: one flag a line, with its default. */
  public String help() {
    StringBuilder text =
        new StringBuilder("usage: ").append(program).append(" [--flag=value]...\n\n");
    int width = 0;
    for (Flag flag : flags.values()) {
      width = Math.max(width, spelling(flag).length());
    }
    for (Flag flag : flags.values()) {
      String spelling = spelling(flag);
      text.append("  ").append(spelling).append(" ".repeat(width - spelling.length() + 2));
      text.append(flag.help());
      flag.defaultValue().ifPresent(value -> text.append(" (default ").append(value).append(')'));
      text.append('\n');
    }
    return text.toString();
  }

  private static String spelling(Flag flag) {
    return switch (flag.kind()) {
      case SWITCH -> "--" + flag.name();
      case VALUE -> "--" + flag.name() + "=VALUE";
      case REPEATED -> "--" + flag.name() + "=VALUE...";
    };
  }

  private String suggestion(String spelling) {
    List<String> names = flags.values().stream().map(Flag::name).toList();
    return Spelling.nearest(spelling, names)
        .map(name -> "; did you mean --" + name + "?")
        .orElse(", see --help");
  }
}
