package org.thermos.health;

import org.thermos.log.Log;

final class SilentLog implements Log {
  @Override
  public void info(String message) {}

  @Override
  public void error(String message) {}
}
