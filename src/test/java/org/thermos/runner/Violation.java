package org.thermos.runner;

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

  static void unless(boolean holds, String invariant, String detail) {
    if (!holds) {
      throw new Violation(invariant, detail);
    }
  }
}
