package org.thermos.flags;

import java.util.List;

/**
 * Flags that belong together in {@code --help}.
 *
 * @param title what they are about; empty for a program with few flags
 */
public record FlagGroup(String title, List<Flag> flags) {
  public FlagGroup {
    flags = List.copyOf(flags);
  }

  public static FlagGroup of(String title, Flag... flags) {
    return new FlagGroup(title, List.of(flags));
  }
}
