package org.thermos.runner;

import java.time.Clock;
import java.time.Duration;

/** The system's two clocks. */
final class Clocks {
  private final Clock wall;

  Clocks(Clock wall) {
    this.wall = wall;
  }

  Moment now() {
    return new Moment(wall.instant(), Duration.ofNanos(System.nanoTime()));
  }
}
