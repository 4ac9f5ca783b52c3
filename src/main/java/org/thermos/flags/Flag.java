package org.thermos.flags;

import java.util.Optional;

/**
 * One command-line flag. Flags are declared as constants, so that their list is data a test can
 * compare.
 *
 * @param name as documented; underscores and dashes are the same to the parser
 * @param kind how many values it takes
 * @param defaultValue what an absent flag means, as text
 * @param help one line for {@code --help}
 */
public record Flag(String name, Kind kind, Optional<String> defaultValue, String help) {

  /** How often a flag may be given and whether it takes a value. */
  public enum Kind {
    /** Present or not; takes no value. */
    SWITCH,
    /** One value; given again, the last one counts. */
    VALUE,
    /** One value each time it is given. */
    REPEATED
  }

  public static Flag toggle(String name, String help) {
    return new Flag(name, Kind.SWITCH, Optional.empty(), help);
  }

  public static Flag value(String name, String help) {
    return new Flag(name, Kind.VALUE, Optional.empty(), help);
  }

  public static Flag value(String name, String defaultValue, String help) {
    return new Flag(name, Kind.VALUE, Optional.of(defaultValue), help);
  }

  public static Flag repeated(String name, String help) {
    return new Flag(name, Kind.REPEATED, Optional.empty(), help);
  }

  /** The form under which {@code --task_id} and {@code --task-id} are one flag. */
  String key() {
    return key(name);
  }

  static String key(String spelling) {
    return spelling.replace('-', '_');
  }
}
