package org.thermos.log;

/** Where a program says what it does. Implementations take calls from any thread. */
public interface Log {
  /** Something an operator may want to know afterwards. */
  void info(String message);

  /** Something an operator should look at. */
  void error(String message);
}
