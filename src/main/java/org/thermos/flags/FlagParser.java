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
  private final List<FlagGroup> groups;
  private final Map<String, Flag> flags = new LinkedHashMap<>();

  /**
   * A parser of many flags.
   *
   * @param program the name shown in messages
   * @param groups every flag the program knows, in the order {@code --help} lists them
   */
  public static FlagParser grouped(String program, List<FlagGroup> groups) {
    return new FlagParser(groups, program);
  }

  /** For a program with few flags. */
  public FlagParser(String program, List<Flag> flags) {
    this(List.of(new FlagGroup("", flags)), program);
  }

  private FlagParser(List<FlagGroup> groups, String program) {
    this.program = program;
    this.groups = List.copyOf(groups);
    for (FlagGroup group : groups) {
      for (Flag flag : group.flags()) {
        if (flags.put(flag.key(), flag) != null) {
          throw new IllegalArgumentException("flag declared twice: " + flag.name());
        }
      }
    }
  }

  /**
   * Parses a whole command line.
   *
   * @throws UsageException naming the argument that cannot be understood, and the nearest flag
   */
  public FlagValues parse(String... arguments) throws UsageException {
    Map<String, List<String>> given = new HashMap<>();
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
      given.computeIfAbsent(flag.key(), unused -> new ArrayList<>()).add(value);
    }
    return new FlagValues(given);
  }

  /** The text of {@code --help}. */
  public String help() {
    return HelpText.of(program, groups);
  }

  private String suggestion(String spelling) {
    List<String> names = flags.values().stream().map(Flag::name).toList();
    return Spelling.nearest(spelling, names)
        .map(name -> "; did you mean --" + name + "?")
        .orElse(", see --help");
  }
}
