package org.thermos.mesos;

import org.thermos.fuzz.FuzzInput;
import org.thermos.fuzz.Require;

/** Any text as a duration in the agent's environment. */
public final class DurationFuzz {
  private DurationFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    try {
      Require.that(
          !MesosDuration.parse(new FuzzInput(bytes).text()).isNegative(), "time goes forward");
    } catch (NumberFormatException e) {
      throw new AssertionError("not a refusal but an accident", e);
    } catch (IllegalArgumentException e) {
      Require.that(!e.getMessage().isBlank(), "a refusal says why");
    }
  }
}
