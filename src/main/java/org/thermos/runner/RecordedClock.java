package org.thermos.runner;

import java.time.Duration;
import java.time.Instant;

/** Places times that were recorded by the wall clock on the monotonic scale. */
interface RecordedClock {
  /** Uptime of this reading, never later than it is now. */
  Duration uptimeOf(Instant recorded);

  /** Uptime of something of which no time is recorded. */
  Duration uptime();
}
