package org.thermos.process;

/** Learning of signals that are sent to this JVM. */
public final class UnixSignals {
  private UnixSignals() {}

  /**
   * Has a signal do something else than its default, from now on.
   *
   * @param action run on a thread of the JVM's own, one for all signals: it must not wait
   */
  public static void handle(Signal signal, Runnable action) {
    sun.misc.Signal.handle(
        new sun.misc.Signal(name(signal)),
        new sun.misc.SignalHandler() {
          @Override
          public void handle(sun.misc.Signal received) {
            action.run();
          }
        });
  }

  private static String name(Signal signal) {
    switch (signal) {
      case INTERRUPT:
        return "INT";
      case USER_1:
        return "USR1";
      case USER_2:
        return "USR2";
      case TERMINATE:
        return "TERM";
      default:
        throw new IllegalArgumentException(signal + " cannot be handled");
    }
  }
}
