package org.thermos.runner;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** What carries a task machine's decisions out into the world. */
interface Hands {
  /** Performs one effect. What comes of it is told by a later event, never by a return value. */
  void perform(TaskEffect effect) throws IOException;

  /** Asks for one {@link TaskEvent.TimerFired}, replacing what was asked for before. */
  void wakeAt(Optional<Duration> uptime) throws IOException;
}
