package org.thermos.fuzz;

import java.util.Objects;

/** Assertions of fuzz targets: as cheap as can be while they hold. */
public final class Require {
  private Require() {}

  public static void that(boolean holds, String rule) {
    if (!holds) {
      throw new AssertionError(rule);
    }
  }

  public static void equal(Object actual, Object expected, String rule) {
    if (!Objects.equals(actual, expected)) {
      throw new AssertionError(rule + "\nexpected: " + expected + "\nactual:   " + actual);
    }
  }
}
