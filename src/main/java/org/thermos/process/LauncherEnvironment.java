package org.thermos.process;

import java.util.Map;
import java.util.TreeMap;

/** The environment this program was started with, before its launcher adapted it for the JVM. */
public final class LauncherEnvironment {
  /**
   * What LC_ALL was: the launcher sets it, for the JVM takes the encoding of file names from it.
   */
  private static final String ORIGINAL_LC_ALL = "THERMOS_LC_ALL";

  private LauncherEnvironment() {}

  /** What processes started on the caller's behalf may be given. A copy. */
  public static Map<String, String> original() {
    return original(System.getenv());
  }

  static Map<String, String> original(Map<String, String> adapted) {
    Map<String, String> original = new TreeMap<>(adapted);
    original.remove(Broker.VARIABLE);
    String locale = original.remove(ORIGINAL_LC_ALL);
    if (locale != null && locale.isEmpty()) {
      original.remove("LC_ALL");
    } else if (locale != null) {
      original.put("LC_ALL", locale);
    }
    return original;
  }
}
