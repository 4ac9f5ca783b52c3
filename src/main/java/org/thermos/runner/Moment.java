package org.thermos.runner;

import java.time.Duration;
import java.time.Instant;

/**
 * One reading of both clocks.
 *
 * @param wall what records carry; may be stepped either way at any time
 * @param uptime monotonic time since the machine was started; what deadlines are counted in
 */
public record Moment(Instant wall, Duration uptime) implements RecordedClock {

  /**
   * Places a recorded wall-clock time on the monotonic scale. A record from the future (the clock
   * was stepped back since) counts as now, so that no wait becomes longer than it was meant to be.
   */
  @Override
  public Duration uptimeOf(Instant recorded) {
    Duration age = Duration.between(recorded, wall);
    return age.isNegative() ? uptime : uptime.minus(age);
  }

  /** What the wall clock, as it is now, would have said when the machine was started. */
  Instant bootedAt() {
    return wall.minus(uptime);
  }
}
