package org.thermos.flags;

import java.util.Collection;
import java.util.Optional;

/** Guesses what a mistyped name was meant to be. */
public final class Spelling {
  private Spelling() {}

  /**
   * The one of {@code names} that is nearest to {@code word}, unless all are too far away to be
   * meant. Underscores and dashes are the same.
   */
  public static Optional<String> nearest(String word, Collection<String> names) {
    String key = Flag.key(word);
    Optional<String> nearest = Optional.empty();
    int best = Math.max(2, key.length() / 3) + 1;
    for (String name : names) {
      int distance = distance(key, Flag.key(name));
      if (distance < best) {
        best = distance;
        nearest = Optional.of(name);
      }
    }
    return nearest;
  }

  /** Levenshtein's edit distance. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
