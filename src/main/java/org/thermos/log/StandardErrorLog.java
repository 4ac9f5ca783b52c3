package org.thermos.log;

/** For what is to be said before there is a log. */
public enum StandardErrorLog implements Log {
  INSTANCE;

  @Override
  public void info(String message) {
    System.err.println(message);
  }

  @Override
  public void error(String message) {
    System.err.println(message);
  }
}
