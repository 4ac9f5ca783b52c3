package org.thermos.runner;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Something happened in a simulated world that must never happen. */
public final class Violation extends AssertionError {
  private static final long serialVersionUID = 1;

  private final String invariant;

  /**
   * @param invariant what must hold, in few words; always the same ones
   */
  public Violation(String invariant, String detail) {
    super(invariant + ": " + detail);
    this.invariant = invariant;
  }

  public Violation(String invariant, Throwable cause) {
    super(invariant + ": " + cause, cause);
    this.invariant = invariant;
  }

  public String invariant() {
    return invariant;
  }

  /**
   * Throws a violation unless something holds.
   *
   * @param details what to say about it; made into words only if it is broken
   */
  public static void unless(boolean holds, String invariant, Object... details) {
    if (!holds) {
      throw new Violation(
          invariant, Arrays.stream(details).map(Object::toString).collect(Collectors.joining(" ")));
    }
  }
}
